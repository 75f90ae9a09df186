/** The filter bar: what is asked as chips, what is typed with its completion, what is wrong under the very word. */
import { useRef, useState } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { Icon } from "../../icons.js";
import { useKeys } from "../../keys.js";
import { filtered } from "../../router.js";
import { Chip } from "./chip.js";
import { forgetKeys } from "./complete.js";
import { around, clear, commit, discard, draft, edit, fault, type, unchanged } from "./draft.js";
import { asked } from "./asked.js";
import { Suggestions, useSuggestions } from "./suggestions.js";

const { div, input, button, span, mark } = tags;

export function FilterBar() {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [focused, setFocused] = useState(false);
  const completion = useSuggestions(field, focused);
  // Before the next key, so that nothing typed is lost: the caret as soon as the text it goes into is drawn.
  const focus = (caret = draft.peek().text.length) => {
    field.current?.focus();
    queueMicrotask(() => field.current?.setSelectionRange(caret, caret));
  };
  useKeys("Everywhere", [{ keys: "/", label: "Filter", run: () => void focus() }]);

  const { before, after } = around.value;
  const editAt = (/** @type {number} */ index) => (edit(index), focus());
  const chip = (/** @type {import("./asked.js").Clause} */ clause, /** @type {number} */ index) =>
    h(Chip, { key: `${index} ${clause.text}`, clause, index, edit: editAt, leave: () => focus() });
  const blank = !before.length && !after.length;
  return div({ class: fault.value ? "filter wrong" : "filter", role: "search" },
    h(Icon, { name: "search", size: 14 }),
    div({ class: "filter-line", onMouseDown: (event) => event.target === event.currentTarget && (event.preventDefault(), focus()) },
      before.map((clause, index) => chip(clause, index)),
      div({ class: "filter-field" },
        input({
          ref: field, id: "filter", type: "text", value: draft.value.text, autocomplete: "off", spellcheck: false, autocapitalize: "off",
          placeholder: blank ? `${filtered.value ? "Filter" : "Find traces"}: kind:llm_call duration:>2s "refund"` : "",
          role: "combobox", "aria-label": "Filter", "aria-autocomplete": "list", "aria-expanded": completion.open, "aria-controls": "filter-suggestions",
          "aria-activedescendant": completion.open && completion.active >= 0 ? `filter-suggestion-${completion.active}` : undefined,
          "aria-invalid": Boolean(fault.value), "aria-describedby": fault.value ? "filter-fault" : undefined,
          onInput: (event) => (type(event.currentTarget.value), completion.look()),
          onClick: completion.look, onFocus: () => (forgetKeys(), setFocused(true), completion.look()),
          onBlur: () => (setFocused(false), unchanged() && discard()),
          onKeyDown: (event) => pressed(event, completion, editAt),
        }),
        fault.value ? h(Underlined, { text: draft.value.text, start: fault.value.start, end: fault.value.end }) : null),
      after.map((clause, index) => chip(clause, before.length + 1 + index))),
    asked.value.clauses.length || draft.value.text
      ? button({ class: "filter-clear", "aria-label": "Clear the filter", title: "Clear the filter", onClick: () => (clear(), focus(0)) }, h(Icon, { name: "close", size: 12 }))
      : span({ class: "filter-hint", "aria-hidden": "true" }, "/"),
    fault.value ? div({ class: "float filter-fault", id: "filter-fault", role: "alert" }, h(Icon, { name: "warning", size: 14 }), fault.value.message) : null,
    completion.open && !fault.value ? h(Suggestions, { completion }) : null);
}

/** The text again, behind the field, with a line under what is wrong. @param {{ text: string, start: number, end: number }} props */
const Underlined = ({ text, start, end }) =>
  div({ class: "filter-underline", "aria-hidden": "true" }, text.slice(0, start), mark(null, text.slice(start, end)), text.slice(end));

/** @param {KeyboardEvent & { currentTarget: HTMLInputElement }} event @param {ReturnType<typeof useSuggestions>} completion @param {(index: number) => void} editAt */
function pressed(event, completion, editAt) {
  if (event.isComposing) return;
  const { key, currentTarget: field } = event;
  const at_start = field.selectionStart === 0 && field.selectionEnd === 0;
  const { before } = around.value;
  if (completion.pressed(key)) event.preventDefault();
  else if (key === "Enter") {
    event.preventDefault();
    completion.close();
    void commit();
  } else if (key === "Escape") {
    event.preventDefault();
    if (draft.value.text || draft.value.editing >= 0) discard();
    else field.blur();
  } else if (key === "Backspace" && at_start && before.length && !draft.value.text) {
    event.preventDefault();
    editAt(before.length - 1);
  } else if (key === "ArrowLeft" && at_start && before.length) {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (field.closest(".filter-line")?.querySelector(`[data-chip="${before.length - 1}"]`) ?? null)?.focus();
  }
}
