/** Whether an element is too narrow for two columns. */
import { useLayoutEffect, useState } from "preact/hooks";

const NARROW_PX = 560;

/** @param {{ current: HTMLElement | null }} box */
export function useNarrow(box) {
  const [narrow, setNarrow] = useState(innerWidth < NARROW_PX);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setNarrow(element.clientWidth < NARROW_PX));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return narrow;
}
