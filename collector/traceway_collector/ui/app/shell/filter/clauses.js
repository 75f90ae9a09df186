/** Clauses of the filter added, taken away, turned round: text in, text out. Pure but for `toggle`. */
import { patch } from "../../router.js";
import { asked } from "./asked.js";
import { quoted } from "./words.js";

/** @import { Clause } from "./asked.js" */

/** @param {readonly Clause[]} clauses */
export const textOf = (clauses) => clauses.map((clause) => clause.text).join(" ");

/**
 * How a value stands in a filter: asked for, ruled out, or not at all.
 * @param {readonly Clause[]} clauses @param {string} key @param {string} value @returns {"is" | "not" | ""}
 */
export function standing(clauses, key, value) {
  const found = clauses.find((clause) => holds(clause, key, value));
  return !found ? "" : found.negated ? "not" : "is";
}

/** @param {Clause} clause @param {string} key @param {string} value */
const holds = (clause, key, value) => clause.key === key && clause.operator === "any" && clause.values.some((each) => each.text === value);

/**
 * The filter with a value asked for (or ruled out), or without it if that is how it stands already. Values of one key
 * that are asked for stand in one clause: any of them.
 * @param {readonly Clause[]} clauses @param {string} key @param {string} value @param {boolean} negated
 */
function toggled(clauses, key, value, negated) {
  const before = standing(clauses, key, value);
  const rest = clauses.flatMap((clause) => (holds(clause, key, value) ? less(clause, value) : [clause.text]));
  if (before === (negated ? "not" : "is")) return rest.join(" ");
  const at = negated ? -1 : clauses.findIndex((clause) => clause.key === key && clause.operator === "any" && !clause.negated);
  if (at >= 0 && !before) return clauses.map((clause, index) => (index === at ? `${clause.text},${quoted(value)}` : clause.text)).join(" ");
  return [...rest, `${negated ? "-" : ""}${key}:${quoted(value)}`].join(" ");
}

/** @param {Clause} clause @param {string} value @returns {string[]} */
function less(clause, value) {
  const left = clause.values.filter((each) => each.text !== value);
  const shown = left.map((each) => (each.quoted ? quoted(each.text) : each.text)).join(",");
  return left.length ? [`${clause.negated ? "-" : ""}${clause.key}:${shown}`] : [];
}

/** Change the filter of this page. @param {string} key @param {string} value @param {boolean} [negated] */
export const toggle = (key, value, negated = false) => patch({ q: toggled(asked.value.clauses, key, value, negated) });
