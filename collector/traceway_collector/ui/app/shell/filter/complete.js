/** What can be typed next: keys, then values with counts, names of attributes behind "attr.". */
import { get } from "../../api.js";
import { short } from "../../format.js";
import { asked } from "./asked.js";
import { textOf } from "./clauses.js";
import { quoted } from "./words.js";

/** @import { Word } from "./words.js" */

/** @typedef {{ key: string, aliases: string[], type: string, operators: string[], about: string, example: string, choices?: string[] }} Key */

/**
 * One suggestion. `insert` takes the place of what is typed; `finishes`: the clause is whole then.
 * @typedef {{ label: string, about: string, side: string, insert: string, finishes: boolean }} Suggestion
 */

const MOST = 40;
const AGES = ["15m", "1h", "4h", "24h", "7d", "30d"];
const BOUNDS = [[">", "more than"], [">=", "at least"], ["<", "less than"], ["<=", "at most"]];

/** @type {Promise<{ keys: Key[], attributes: string[] }> | null} */
let catalog = null;

/** Ask for the keys again: names of attributes come with what arrives. */
export const forgetKeys = () => void (catalog = null);

/** The keys there are. */
function keys() {
  catalog ??= get("facets/keys").catch((error) => {
    catalog = null;
    throw error;
  });
  return catalog;
}

/** @param {Word} word @param {AbortSignal} signal @returns {Promise<Suggestion[]>} */
export async function suggest(word, signal) {
  const { keys: all, attributes } = await keys();
  if (!word.key) return /^(attr|resource)\./i.test(word.typed) ? ofAttributes(attributes, word.typed) : ofKeys(all, word.typed);
  const name = word.key.toLowerCase();
  const key = all.find((each) => each.key === name || each.aliases.includes(name)) ?? (name.includes(".") ? all.find((each) => each.key === "attr") : undefined);
  return key ? ofValues(key, word, signal) : [];
}

/** @param {Key[]} all @param {string} typed */
function ofKeys(all, typed) {
  const wanted = typed.toLowerCase();
  const rank = (/** @type {Key} */ key) => {
    const names = [key.key, ...key.aliases];
    if (names.some((name) => name.startsWith(wanted))) return 0;
    return names.some((name) => name.includes(wanted)) ? 1 : 2;
  };
  return all
    .filter((key) => rank(key) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .map((key) => {
      const named = key.key === "attr" || key.key === "resource";
      return { label: named ? `${key.key}.` : `${key.key}:`, about: key.about, side: key.example, insert: named ? `${key.key}.` : `${key.key}:`, finishes: false };
    });
}

/** @param {string[]} attributes @param {string} typed */
function ofAttributes(attributes, typed) {
  const dot = typed.indexOf(".") + 1;
  const [head, wanted] = [typed.slice(0, dot), typed.slice(dot).toLowerCase()];
  const begins = attributes.filter((name) => name.toLowerCase().startsWith(wanted));
  const holds = attributes.filter((name) => !begins.includes(name) && name.toLowerCase().includes(wanted));
  return [...begins, ...holds].slice(0, MOST).map((name) => ({ label: head + name, about: "", side: "", insert: `${head}${name}:`, finishes: false }));
}

/** @param {Key} key @param {Word} word @param {AbortSignal} signal */
async function ofValues(key, word, signal) {
  if (key.type === "time") return ofAges(word);
  if (key.type === "number" || key.type === "duration" || key.type === "money") return word.bound || word.typed ? [] : ofBounds(key);
  const wanted = word.typed.toLowerCase();
  const choices = (key.choices ?? []).filter((choice) => choice.startsWith(wanted));
  const counted = key.type === "flag" || LISTS.has(key.key) ? [] : await ofFacets(key, word, signal).catch(() => []);
  const seen = new Set(counted.map((each) => each.label));
  return [...counted, ...choices.filter((choice) => !seen.has(choice)).map((choice) => made(choice, ""))].slice(0, MOST);
}

/** Keys about the list, and those of free words: their values are not counted. */
const LISTS = new Set(["sort", "order", "span", "trace", "text", "input", "output", "error"]);

/** @param {Key} key @param {Word} word @param {AbortSignal} signal */
async function ofFacets(key, word, signal) {
  const others = asked.value.clauses.filter((clause) => clause.key !== word.key);
  const name = word.key.includes(".") ? word.key : key.key;
  const answer = await get("facets", { keys: name, prefix: word.typed, q: textOf(others), limit: 20 }, signal);
  /** @type {{ value: string, count: number }[]} */
  const values = answer.facets[0]?.values ?? [];
  return values.filter(({ value }) => value !== "").map(({ value, count }) => made(String(value), `${short(count)}`));
}

/** @param {string} value @param {string} side */
const made = (value, side) => ({ label: value, about: "", side, insert: quoted(value), finishes: true });

/** @param {Key} key */
function ofBounds(key) {
  const sample = /[:><=]+\s*([^.\s]+)/.exec(key.example)?.[1]?.replace(/^[:><=]+/, "") ?? "";
  return BOUNDS.map(([bound = "", about = ""]) => ({ label: bound, about, side: `${key.key}:${bound}${sample}`, insert: bound, finishes: false }));
}

/** @param {Word} word */
const ofAges = (word) => AGES.filter((age) => age.startsWith(word.typed)).map((age) => ({ label: age, about: "ago", side: "", insert: age, finishes: true }));
