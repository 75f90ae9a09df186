/**
 * The text of the filter bar: the word under the caret, and values as the query language writes them.
 *
 * What a query means is for the server alone (`GET /api/query`). This finds only where one clause ends and the next
 * begins, so that completion knows what is being typed. Pure.
 */

/**
 * The clause under the caret. `from` and `to`: what a completion replaces. `key` is "" while the key is typed.
 * @typedef {{ start: number, end: number, from: number, to: number, negated: boolean, key: string, bound: string, typed: string }} Word
 */

/** @param {string} text @param {number} caret @returns {Word} */
export function wordAt(text, caret) {
  const start = startOf(text, caret);
  const end = endOf(text, caret);
  const negated = text[start] === "-";
  const body = text.slice(start + Number(negated), caret);
  const from = start + Number(negated);
  const named = /^([A-Za-z_][A-Za-z0-9_.\-/]*):/.exec(body);
  if (!named) return { start, end, from, to: end, negated, key: "", bound: "", typed: body };
  const key = named[1] ?? "";
  const value_from = from + named[0].length + lastComma(body.slice(named[0].length));
  const bound = /^(>=|<=|>|<)/.exec(text.slice(value_from, caret))?.[1] ?? "";
  const typed = text.slice(value_from + bound.length, caret).replace(/^"/, "").replace(/\\(.)/g, "$1");
  return { start, end, from: value_from + bound.length, to: end, negated, key, bound, typed };
}

/** Where the clause that reaches to `caret` begins. @param {string} text @param {number} caret */
function startOf(text, caret) {
  let start = 0;
  let quoted = false;
  for (let at = 0; at < caret; at++) {
    if (text[at] === "\\" && quoted) at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(text[at] ?? "")) start = at + 1;
  }
  return start;
}

/** @param {string} text @param {number} caret */
function endOf(text, caret) {
  let quoted = false;
  for (let at = startOf(text, caret); at < text.length; at++) {
    if (text[at] === "\\" && quoted) at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && at >= caret && /\s/.test(text[at] ?? "")) return at;
  }
  return text.length;
}

/** Behind the last comma that is not quoted. @param {string} values */
function lastComma(values) {
  let place = 0;
  let quoted = false;
  for (let at = 0; at < values.length; at++) {
    if (values[at] === "\\" && quoted) at++;
    else if (values[at] === '"') quoted = !quoted;
    else if (values[at] === "," && !quoted) place = at + 1;
  }
  return place;
}

/** A value as it can stand in a query: in quotation marks unless it reads back as itself without. @param {string} value */
export function quoted(value) {
  const plain = /^[\p{L}\p{N}_/][\p{L}\p{N}_./@:-]*$/u.test(value) && !value.includes("..") && !/^\d[\d.]*[a-zµ]*-\d/.test(value);
  return plain ? value : inQuotes(value);
}

/** Words as they stand, one behind the other. @param {string} text */
export const inQuotes = (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`;

/** Whether the query language has keys of this name: others cannot be asked for. @param {string} name */
export const isKey = (name) => /^[A-Za-z_][A-Za-z0-9_.\-/]*$/.test(name);

/** A place counted in characters, as the server counts, in the units of a JavaScript text. @param {string} text @param {number} at */
export const unitsAt = (text, at) => [...text].slice(0, at).join("").length;
