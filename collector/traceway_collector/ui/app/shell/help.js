/** All keys that do something now, behind "?". */
import { signal } from "@preact/signals";
import { h, tags } from "../dom.js";
import { layers } from "../keys.js";
import { Dialog } from "../parts/dialog.js";

const { div, h2, h3, dl, dt, dd, kbd, section, span } = tags;

export const helpOpen = signal(false);

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
/** @type {Record<string, string>} */
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", " ": "Space" };
const FILTER = [["↓ ↑", "Choose a completion"], ["Tab", "Take it"], ["Enter", "Ask"], ["Backspace", "Edit the last chip"], ["Esc", "Leave it"]];

export function Help() {
  if (!helpOpen.value) return null;
  return h(Dialog, { label: "Keys", close: () => (helpOpen.value = false), kind: "help" },
    h2(null, "Keys"),
    div({ class: "help-scopes" },
      [...scopes()].map(([scope, bindings]) =>
        section({ key: scope }, h3(null, scope),
          dl(null, [...bindings].map(([label, keys]) => [dt({ key: `k ${label}` }, keys.map((name) => kbd({ key: name }, name))), dd({ key: label }, label)])))),
      section(null, h3(null, "In the filter"), dl(null, FILTER.map(([key, label]) => [dt({ key: `k ${label}` }, kbd(null, key)), dd({ key: label }, label)])))),
    span({ class: "faint small" }, "Keys do nothing while you type. Everything can be reached by Tab, too."));
}

/** Labels with their keys by scope; what several components take stands there once. @returns {Map<string, Map<string, string[]>>} */
function scopes() {
  const found = new Map();
  for (const { scope, bindings } of layers.value) {
    const labels = found.get(scope) ?? found.set(scope, new Map()).get(scope);
    for (const { keys, label } of bindings) {
      const names = keys.split(" ").map(nameOf);
      labels.set(label, [...new Set([...(labels.get(label) ?? []), ...names])]);
    }
  }
  return found;
}

/** @param {string} key */
function nameOf(key) {
  if (key.startsWith("mod+")) return `${MAC ? "⌘" : "Ctrl "}${key.slice(4).toUpperCase()}`;
  return NAMES[key] ?? key;
}
