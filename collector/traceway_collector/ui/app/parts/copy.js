/** Copying: ids, links, snippets. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { h, tags } from "../dom.js";
import { Icon } from "../icons.js";

const { button, div, span } = tags;

const toasts = signal(/** @type {{ id: number, text: string }[]} */ ([]));
let count = 0;

/** Say something for a moment. @param {string} text */
export function toast(text) {
  const id = ++count;
  toasts.value = [...toasts.value, { id, text }];
  setTimeout(() => (toasts.value = toasts.value.filter((each) => each.id !== id)), 2500);
}

export const Toasts = () =>
  div({ class: "toasts", role: "status" }, toasts.value.map(({ id, text }) => div({ class: "float toast", key: id }, text)));

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast("The browser does not allow copying here");
    return false;
  }
}

export async function copyLink() {
  if (await copy(location.href)) toast("Link copied");
}

/** @param {{ text: string | (() => string), label?: string, shown?: string }} props `shown`: a text beside the icon */
export function CopyButton({ text, label = "Copy", shown }) {
  const [done, setDone] = useState(false);
  const run = async () => {
    if (!(await copy(typeof text === "string" ? text : text()))) return;
    setDone(true);
    setTimeout(() => setDone(false), 1200);
  };
  return button(
    { class: shown ? "button quiet" : "button quiet icon", title: label, "aria-label": label, onClick: run },
    h(Icon, { name: done ? "check" : "copy", size: 14 }),
    shown ? span({ class: "mono" }, shown) : null,
  );
}
