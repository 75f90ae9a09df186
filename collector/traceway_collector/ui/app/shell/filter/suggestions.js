/** The list below the filter bar: arrows walk it, Enter and Tab take, Escape closes. */
import { useEffect, useRef, useState } from "preact/hooks";
import { tags } from "../../dom.js";
import { inSight } from "../../parts/focus.js";
import { route } from "../../router.js";
import { suggest } from "./complete.js";
import { commit, draft, fault, type } from "./draft.js";
import { wordAt } from "./words.js";

/** @import { RefObject } from "preact" */
/** @import { Suggestion } from "./complete.js" */
/** @import { Word } from "./words.js" */

const { div, ul, li, span, kbd } = tags;

/** @param {RefObject<HTMLInputElement | null>} field @param {boolean} focused */
export function useSuggestions(field, focused) {
  const [shown, setShown] = useState(/** @type {{ items: Suggestion[], word: Word | null, text: string }} */ ({ items: [], word: null, text: "" }));
  const [active, setActive] = useState(-1);
  const [closed, setClosed] = useState(true);
  const [caret, setCaret] = useState(0);
  const waiting = useRef(/** @type {AbortController | null} */ (null));
  const { text } = draft.value;

  useEffect(() => {
    if (closed || !focused) return;
    const stop = new AbortController();
    waiting.current = stop;
    const word = wordAt(text, caret);
    suggest(word, stop.signal).then(
      (items) => {
        if (stop.signal.aborted) return;
        setShown({ items, word, text });
        setActive(-1);
      },
      () => {},
    );
    return () => stop.abort();
  }, [text, caret, closed, focused, route.value.params.get("q")]);

  const look = () => {
    setCaret(field.current?.selectionStart ?? 0);
    setClosed(false);
  };
  const close = () => setClosed(true);
  const open = focused && !closed && shown.items.length > 0 && shown.text === text;

  const take = (/** @type {Suggestion | undefined} */ item) => {
    const { word } = shown;
    if (!item || !word || shown.text !== text) return false;
    const value = text.slice(0, word.from) + item.insert + text.slice(word.to);
    const at = word.from + item.insert.length;
    type(value);
    setCaret(at);
    if (item.finishes) void commit();
    queueMicrotask(() => {
      field.current?.focus();
      if (!item.finishes) field.current?.setSelectionRange(at, at);
      setCaret(field.current?.selectionStart ?? 0);
    });
    return true;
  };

  /** Whether the key was for the list. @param {string} key */
  const pressed = (key) => {
    if (key === "ArrowDown" && !open && closed) return look(), true;
    if (!open || fault.value) return false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const count = shown.items.length + 1;
      setActive(((active + 1 + (key === "ArrowDown" ? 1 : -1) + count) % count) - 1);
      return true;
    }
    if (key === "Enter" && active >= 0) return take(shown.items[active]);
    if (key === "Tab" && text.trim()) return take(shown.items[Math.max(0, active)]);
    if (key === "Escape") return close(), true;
    return false;
  };
  return { items: shown.items, word: shown.word, active, open, look, close, take, pressed };
}

/** @param {{ completion: ReturnType<typeof useSuggestions> }} props */
export function Suggestions({ completion }) {
  const { items, active, word, take } = completion;
  return div({ class: "float filter-suggestions" },
    ul({ class: "menu", role: "listbox", id: "filter-suggestions", "aria-label": word?.key ? `Values of ${word.key}` : "Keys" },
      items.map((item, index) =>
        li({
          key: item.label, role: "option", id: `filter-suggestion-${index}`, "aria-selected": index === active, ref: index === active ? inSight : null,
          onMouseDown: (event) => (event.preventDefault(), take(item)),
        }, span({ class: "suggestion-label mono line" }, item.label), span({ class: "grow line muted" }, item.about), span({ class: "faint mono line suggestion-side" }, item.side)))),
    div({ class: "suggestion-keys faint", "aria-hidden": "true" }, kbd(null, "↑"), kbd(null, "↓"), " choose ", kbd(null, "Tab"), " take ", kbd(null, "Enter"), " ask"));
}
