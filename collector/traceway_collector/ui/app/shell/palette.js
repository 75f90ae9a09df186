/** The palette (⌘K): pages, traces by name or id, saved views, actions. A pasted id leads to its trace or span. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../api.js";
import { h, tags } from "../dom.js";
import { Icon } from "../icons.js";
import { useLoad } from "../load.js";
import { inSight } from "../parts/focus.js";
import { Dialog } from "../parts/dialog.js";
import { inQuotes } from "./filter/words.js";
import { found } from "./palette_entries.js";

/** @import { Entry } from "./palette_entries.js" */

const { div, input, ul, li, span } = tags;

export const paletteOpen = signal(false);

export const Palette = () => (paletteOpen.value ? h(Open, null) : null);

const close = () => void (paletteOpen.value = false);

function Open() {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const later = useLater(text.trim());
  const recent = useLoad("palette traces", (signal) => get("traces", { limit: 50 }, signal));
  const views = useLoad("palette views", (signal) => get("views", {}, signal));
  const searched = useLoad(later.length > 2 ? `palette ${later}` : null, (signal) => get("traces", { q: inQuotes(later), limit: 8 }, signal).catch(() => ({ items: [] })));
  const entries = useMemo(
    () => found(text, { traces: [...(recent.data?.items ?? []), ...(later.length > 2 ? (searched.data?.items ?? []) : [])], views: views.data?.items ?? [] }),
    [text, recent.data, views.data, searched.data],
  );
  const run = (/** @type {Entry | undefined} */ entry) => {
    if (!entry) return;
    close();
    void entry.run();
  };
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setActive((active + step + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") run(entries[active]);
    else return;
    event.preventDefault();
  };
  return h(Dialog, { label: "Go to", close, kind: "palette" },
    div({ class: "palette-field" }, h(Icon, { name: "search" }),
      input({
        type: "text", autofocus: true, autocomplete: "off", spellcheck: false, placeholder: "Go to a page, a trace, a view; paste an id", value: text,
        role: "combobox", "aria-label": "Go to", "aria-expanded": true, "aria-controls": "palette-list", "aria-autocomplete": "list",
        "aria-activedescendant": entries[active] ? `palette-${active}` : undefined,
        onInput: (event) => (setText(event.currentTarget.value), setActive(0)), onKeyDown: pressed,
      })),
    ul({ class: "menu palette-list", role: "listbox", id: "palette-list", "aria-label": "Results" },
      entries.map((entry, index) =>
        li({ key: entry.id, id: `palette-${index}`, role: "option", "aria-selected": index === active, ref: index === active ? inSight : null, onClick: () => run(entry), onPointerMove: () => setActive(index) },
          h(Icon, { name: entry.icon, size: 14 }), span({ class: "line palette-label" }, entry.label), span({ class: "grow line muted" }, entry.about), span({ class: "faint small" }, entry.group)))),
    entries.length ? null : div({ class: "state" }, "Nothing of that name"));
}

/** The text when it has stood still for a moment. @param {string} text */
function useLater(text) {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}
