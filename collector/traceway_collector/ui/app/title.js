/** What the tab of the browser is called, so that several tell themselves apart. */
import { useEffect } from "preact/hooks";

/** @param {string} text "" leaves what is there */
export function named(text) {
  if (text) document.title = `${text} · Traceway`;
}

/** What is shown now, once it is known. @param {string} text */
export const useTitle = (text) => useEffect(() => named(text), [text]);
