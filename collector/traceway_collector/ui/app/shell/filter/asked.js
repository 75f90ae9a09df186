/** What the filter asks: the filter of the page and the clauses the server reads in it. */
import { effect, signal } from "@preact/signals";
import { ApiError, get, gone } from "../../api.js";
import { filter as q } from "../../router.js";

/**
 * One clause. `text` is as it was written; `key` is "" for words.
 * @typedef {{ key: string, operator: string, values: { text: string, quoted: boolean }[], negated: boolean, text: string }} Clause
 */

const MOST_KEPT = 100;
/** @type {Map<string, Clause[]>} */
const known = new Map([["", []]]);

/** The filter as it was last read. `error`: what is wrong with the `q` of the URL. */
export const asked = signal(/** @type {{ q: string, clauses: Clause[], error: ApiError | null }} */ ({ q: "", clauses: [], error: null }));

/** The clauses of a text. Raises `ApiError` with `start` and `end` if it is no query. @param {string} text @param {AbortSignal} [signal] */
export async function read(text, signal) {
  const found = known.get(text);
  if (found) return found;
  const { clauses } = await get("query", { q: text }, signal);
  const letters = [...text];
  const made = clauses.map((/** @type {any} */ clause) => ({ ...clause, text: letters.slice(clause.start, clause.end).join("") }));
  if (known.size >= MOST_KEPT) known.delete([...known.keys()][1] ?? "");
  known.set(text, made);
  return made;
}

effect(() => {
  const text = q.value;
  const clauses = known.get(text);
  if (clauses) {
    asked.value = { q: text, clauses, error: null };
    return;
  }
  // Without the server nobody can say what is in it: it stands as it is, until it can be read.
  const whole = [{ key: "", operator: "text", values: [{ text, quoted: false }], negated: false, text }];
  if (gone.value) {
    asked.value = { q: text, clauses: whole, error: null };
    return;
  }
  const stop = new AbortController();
  read(text, stop.signal).then(
    (clauses) => (asked.value = { q: text, clauses, error: null }),
    (error) => {
      if (!stop.signal.aborted) asked.value = error.status === 400 ? { q: text, clauses: [], error } : { q: text, clauses: whole, error: null };
    },
  );
  return () => stop.abort();
});
