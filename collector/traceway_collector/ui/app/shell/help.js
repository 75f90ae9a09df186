/** All keys that do something now, behind "?". */
import { signal } from "@preact/signals";
import { h, tags } from "../dom.js";
import { keyName, layers } from "../keys.js";
import { Dialog } from "../parts/dialog.js";

const { div, h2, h3, dl, dt, dd, kbd, section, span } = tags;

export const helpOpen = signal(false);

/** @type {[string, string[]][]} */
const FILTER = [["Choose a completion", ["↓", "↑"]], ["Take it", ["Tab"]], ["Ask", ["Enter"]], ["Edit the last chip", ["Backspace"]], ["Leave it", ["Esc"]]];

export function Help() {
  if (!helpOpen.value) return null;
  return h(Dialog, { label: "Keys", close: () => (helpOpen.value = false), kind: "help", scrolls: true },
    h2(null, "Keys"),
    div({ class: "help-scopes" },
      [...scopes()].map(([scope, bindings]) =>
        section({ key: scope }, h3(null, scope),
          dl(null, [...bindings].map(([label, keys]) => [dt({ key: `k ${label}` }, keys.map((name) => kbd({ key: name }, name))), dd({ key: label }, label)]))))),
    span({ class: "faint small" }, "Keys do nothing while you type. Everything can be reached by Tab, too."));
}

/** Labels with their keys by scope; what several components take stands there once. @returns {Map<string, Map<string, string[]>>} */
function scopes() {
  const found = new Map([["Everywhere", new Map()], ["In the filter", new Map(FILTER)]]);
  for (const { scope, bindings } of layers.value) {
    const labels = found.get(scope) ?? new Map();
    found.set(scope, labels);
    for (const { keys, label } of bindings) {
      const names = keys.split(" ").map(keyName);
      labels.set(label, [...new Set([...(labels.get(label) ?? []), ...names])]);
    }
  }
  return found;
}
