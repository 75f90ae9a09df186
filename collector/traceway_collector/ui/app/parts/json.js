/** A JSON value as a tree that folds; long texts and long lists are cut until someone asks for all. */
import { useState } from "preact/hooks";
import { h, tags } from "../dom.js";
import { number } from "../format.js";

/** @import { ComponentChildren, VNode } from "preact" */

const { div, span, details, summary, button } = tags;
const LONG_TEXT = 600;
const LONG_LIST = 100;
const OPEN_DEPTH = 2;

/** @param {{ value: unknown }} props */
export const Json = ({ value }) => div({ class: "json" }, h(Value, { value, depth: 0 }));

/** @param {{ value: unknown, depth: number }} props @returns {VNode<any>} */
function Value({ value, depth }) {
  if (typeof value === "string") return h(Text, { text: value });
  if (typeof value === "number") return span({ class: "number" }, String(value));
  if (value === null || typeof value !== "object") return span({ class: "literal" }, String(value));
  return h(Nest, { value, depth });
}

/** @param {{ text: string }} props */
function Text({ text }) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > LONG_TEXT;
  return span({ class: "string" }, JSON.stringify(cut ? text.slice(0, LONG_TEXT) : text),
    cut ? button({ class: "button quiet", onClick: () => setAll(true) }, `Show all ${number(text.length)} characters`) : null);
}

/** @param {{ value: object, depth: number }} props */
function Nest({ value, depth }) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [shown, setShown] = useState(LONG_LIST);
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  if (!entries.length) return span(null, list ? "[]" : "{}");
  const about = list ? `[${entries.length}]` : `{${entries.length}}`;
  /** @type {ComponentChildren[]} */
  const lines = !open ? [] : entries.slice(0, shown).map(([key, each]) =>
    div({ key }, span({ class: list ? "faint" : "json-key" }, key), ": ", h(Value, { value: each, depth: depth + 1 })));
  if (open && entries.length > shown) {
    lines.push(button({ class: "button quiet", key: "more", onClick: () => setShown(shown + 10 * LONG_LIST) }, `${number(entries.length - shown)} more`));
  }
  return details({ open, onToggle: (event) => setOpen(event.currentTarget.open) }, summary({ class: "faint" }, about), div({ class: "nest" }, lines));
}
