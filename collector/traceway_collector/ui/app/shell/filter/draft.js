/** What is typed in the filter bar and not yet asked: a new clause, or one that is edited in its place. */
import { computed, effect, signal } from "@preact/signals";
import { ApiError } from "../../api.js";
import { toast } from "../../parts/copy.js";
import { filter as q, filtered, go, patch, route } from "../../router.js";
import { asked, read } from "./asked.js";
import { textOf } from "./clauses.js";
import { unitsAt } from "./words.js";

/** @import { Clause } from "./asked.js" */

/** What is wrong, and where in the draft. @typedef {{ message: string, start: number, end: number }} Fault */

/** `editing`: which clause the draft stands for; -1: it is a new one. */
export const draft = signal({ text: "", editing: -1 });
export const fault = signal(/** @type {Fault | null} */ (null));

/** The clauses before and behind the caret; the one that is edited is neither. */
export const around = computed(() => {
  const { clauses } = asked.value;
  const { editing } = draft.value;
  const at = editing < 0 ? clauses.length : editing;
  return { before: clauses.slice(0, at), after: clauses.slice(editing < 0 ? at : at + 1) };
});

// A filter that came with the URL and is no query is shown to be put right, as long as the URL has it.
let wrong = "";
effect(() => {
  const { q: text, error } = asked.value;
  if (wrong && !error && draft.peek().text === wrong) discard();
  wrong = error ? text : "";
  if (!error) return;
  draft.value = { text, editing: -1 };
  fault.value = faultOf(error, text, 0);
});

// What is edited is gone when the filter changes from elsewhere.
let before_q = q.peek();
effect(() => {
  if (q.value === before_q) return;
  before_q = q.value;
  if (draft.peek().editing >= 0) draft.value = { text: "", editing: -1 };
});

/** @param {string} text */
export function type(text) {
  draft.value = { ...draft.peek(), text };
  fault.value = null;
}

/** Take a clause out to edit it. What was typed is kept behind it. @param {number} index */
export function edit(index) {
  const clause = asked.value.clauses[index];
  if (!clause) return;
  draft.value = { text: clause.text, editing: index };
  fault.value = null;
}

/** @param {number} index */
export function remove(index) {
  patch({ q: textOf(asked.value.clauses.filter((_, at) => at !== index)) });
}

/** Leave what was typed. */
export function discard() {
  draft.value = { text: "", editing: -1 };
  fault.value = null;
}

export function clear() {
  discard();
  patch({ q: "" });
}

/** Whether leaving the bar loses nothing. */
export const unchanged = () => draft.value.editing >= 0 && asked.value.clauses[draft.value.editing]?.text === draft.value.text;

/** Ask it: the filter changes if it is a query; if not, what is wrong is shown and all stays as it is. */
export async function commit() {
  const { text } = draft.value;
  const { before, after } = around.value;
  const lead = textOf(before);
  const whole = [lead, text.trim(), textOf(after)].filter(Boolean).join(" ");
  try {
    await read(whole);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 400) {
      toast(error.message);
      return false;
    }
    fault.value = faultOf(error, text, lead ? [...lead].length + 1 : 0);
    return false;
  }
  discard();
  // One trace, one session: nothing of it can be filtered, so the list is shown that the filter is for. Elsewhere it finds traces.
  const { page, id } = route.peek();
  if (!filtered.peek()) go("traces", "", { q: whole });
  else if (id) go(page, "", { q: whole });
  else patch({ q: whole });
  return true;
}

/** @param {Error} error @param {string} text @param {number} offset characters of the query before the draft @returns {Fault} */
function faultOf(error, text, offset) {
  const { start = 0, end = Infinity } = error instanceof ApiError ? error : {};
  const from = unitsAt(text, Math.max(0, start - offset));
  const to = unitsAt(text, Math.max(0, Math.min(end - offset, text.length)));
  return from < to ? { message: error.message, start: from, end: to } : { message: error.message, start: 0, end: text.length };
}
