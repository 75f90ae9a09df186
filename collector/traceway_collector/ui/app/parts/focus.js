/** Where the focus goes when what has it closes: back to what it was opened from, never to the top of the page. */
import { useLayoutEffect } from "preact/hooks";

/**
 * @param {{ current: HTMLElement | null }} box what closes when the component goes
 * @param {string} otherwise a selector of what goes on if nothing had the focus before, or if that is gone
 */
export function useFocusBack(box, otherwise) {
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      if (!box.current?.contains(document.activeElement)) return;
      const target = before !== document.body && before?.isConnected && !box.current.contains(before) ? before : document.querySelector(otherwise);
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    };
  }, []);
}

/** The chosen item of a list, as its ref: it scrolls no further than it must. @param {HTMLElement | null} element */
export const inSight = (element) => element?.scrollIntoView({ block: "nearest" });
