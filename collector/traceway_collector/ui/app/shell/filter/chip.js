/** A clause of the filter as a chip: pressed it is edited, its cross takes it away. */
import { h, tags } from "../../dom.js";
import { Icon } from "../../icons.js";
import { remove } from "./draft.js";

/** @import { Clause } from "./asked.js" */

const { span, button, b } = tags;

/** @param {{ clause: Clause, index: number, edit: (index: number) => void, leave: () => void }} props */
export function Chip({ clause, index, edit, leave }) {
  const pressed = (/** @type {KeyboardEvent & { currentTarget: HTMLElement }} */ event) => {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step) {
      const next = event.currentTarget.closest(".filter-line")?.querySelector(`[data-chip="${index + step}"]`);
      if (next instanceof HTMLElement) next.focus();
      else if (step > 0) leave();
    } else if (event.key === "Backspace" || event.key === "Delete") {
      remove(index);
      leave();
    } else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  };
  return span({ class: clause.negated ? "chip clause negated" : "chip clause" },
    button({ class: "clause-text", "data-chip": index, title: `${clause.text} – edit`, "aria-label": `Edit ${clause.negated ? "not " : ""}${clause.key ? clause.key + signOf(clause) : ""}${shown(clause)}`, onClick: () => edit(index), onKeyDown: pressed },
      clause.negated ? span({ class: "clause-not" }, "not ") : null,
      clause.key ? span({ class: "clause-key" }, `${clause.key}${signOf(clause)}`) : null,
      b(null, shown(clause))),
    button({ class: "clause-away", tabIndex: -1, "aria-label": `Remove ${clause.text}`, title: "Remove", onClick: () => (remove(index), leave()) }, h(Icon, { name: "close", size: 10 })));
}

/** @param {Clause} clause */
const signOf = ({ operator }) => (/^[<>]/.test(operator) ? ` ${operator} ` : ": ");

/** @param {Clause} clause */
function shown({ key, operator, values }) {
  const texts = values.map(({ text, quoted }) => (quoted && (!key || /\s/.test(text)) ? `“${text}”` : text));
  return texts.join(operator === "range" ? " – " : ", ");
}
