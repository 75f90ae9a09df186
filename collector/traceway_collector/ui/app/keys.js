/**
 * The keyboard. Components say which keys they take while they are on the page; the last to say so comes first.
 * Keys do nothing while someone types, except Escape and those with a modifier.
 */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * @typedef {object} Binding
 * @property {string} keys names as in KeyboardEvent.key, several with a space between; "mod+k" is ⌘K or Ctrl-K
 * @property {string} label what it does, for the list behind "?"
 * @property {(event: KeyboardEvent) => void | false} run false: not taken, others may
 */

/** @typedef {{ scope: string, bindings: Binding[] }} Layer */

/** Everything that can be pressed now, the innermost last. */
export const layers = signal(/** @type {Layer[]} */ ([]));

/**
 * Take keys while the component is mounted.
 * @param {string} scope a heading for the list of keys
 * @param {Binding[]} bindings
 */
export function useKeys(scope, bindings) {
  const layer = useRef(/** @type {Layer} */ ({ scope, bindings }));
  layer.current.bindings = bindings;
  // Before the page is painted: whoever sees it may press a key.
  useLayoutEffect(() => {
    const mine = layer.current;
    layers.value = [...layers.value, mine];
    return () => void (layers.value = layers.value.filter((each) => each !== mine));
  }, []);
}

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
/** @type {Record<string, string>} */
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", " ": "Space" };

/** As it stands on the keyboard. @param {string} key one of a binding's */
export function keyName(key) {
  if (key.startsWith("mod+")) return `${MAC ? "⌘" : "Ctrl "}${key.slice(4).toUpperCase()}`;
  return NAMES[key] ?? key;
}

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** @param {KeyboardEvent} event */
function nameOf(event) {
  return event.metaKey || event.ctrlKey ? `mod+${event.key.toLowerCase()}` : event.key;
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const name = nameOf(event);
  if (isTyping(event.target) && name !== "Escape" && !name.startsWith("mod+")) return;
  // A button or link with the focus keeps Enter and Space for itself.
  if ((name === "Enter" || name === " ") && event.target instanceof Element && event.target.closest("button, a, summary, [role=tab]")) return;
  for (const { bindings } of [...layers.value].reverse()) {
    for (const { keys, run } of bindings) {
      if (keys.split(" ").includes(name) && run(event) !== false) {
        event.preventDefault();
        return;
      }
    }
  }
});
