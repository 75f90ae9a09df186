/** A button with something that opens below it: arrows walk its items, Escape and a press outside close it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { classes, tags } from "../dom.js";

/** @import { ComponentChildren } from "preact" */

const { div, button } = tags;
const ITEMS = "[role^=menuitem]:not(:disabled)";

/**
 * @param {object} props
 * @param {string} props.label @param {ComponentChildren} props.face what stands on the button
 * @param {(close: () => void) => ComponentChildren} props.inside with items of role "menuitem…", if it is a list of choices
 * @param {string} [props.title] @param {string} [props.kind] a class of the button @param {"left" | "right"} [props.side] where it is aligned
 * @param {boolean} [props.disabled]
 */
export function Menu({ label, face, inside, title = label, kind = "quiet", side = "right", disabled = false }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const close = () => {
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!open) return;
    /** @type {HTMLElement | null} */ (box.current?.querySelector("[aria-checked=true]") ?? box.current?.querySelector(ITEMS) ?? null)?.focus();
    const outside = (/** @type {PointerEvent} */ event) => box.current?.contains(/** @type {Node} */ (event.target)) || setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (!open) return;
    if (event.key === "Escape") close();
    else if (event.key === "Tab") {
      if (event.target instanceof Element && event.target.matches(ITEMS)) setOpen(false);
      return;
    } else if (!walk(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return div({ class: "menu-of", ref: box, onKeyDown: pressed },
    button({ class: classes("button", kind), "aria-haspopup": "true", "aria-expanded": open, "aria-label": label, title, disabled, onClick: () => setOpen(!open) }, face),
    open ? div({ class: `float menu-float at-${side}` }, inside(close)) : null);
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const items = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll(ITEMS)];
  const at = items.indexOf(/** @type {Element} */ (event.target));
  if (!step || !items.length || (event.target instanceof HTMLInputElement && event.target.type !== "checkbox")) return false;
  const next = items[(at + step + items.length) % items.length];
  if (next instanceof HTMLElement) next.focus();
  return true;
}
