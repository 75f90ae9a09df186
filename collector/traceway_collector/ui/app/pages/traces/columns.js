/** The columns of the list: which there are, which are shown, how wide. Pure but for what the browser keeps. */
import { param, patch } from "../../router.js";
import { kept } from "../../settings.js";

/**
 * @typedef {object} Column
 * @property {string} id @property {string} label @property {number} width pixels; the least for one that grows
 * @property {boolean} [grows] takes what room is left @property {boolean} [right] numbers stand on the right
 * @property {number} rank those of the highest go first where there is no room
 * @property {string} [about]
 */

/** @type {Column[]} */
export const COLUMNS = [
  { id: "name", label: "Name", width: 148, rank: 0 },
  { id: "preview", label: "Input → output", width: 240, grows: true, rank: 2 },
  { id: "kinds", label: "Kinds", width: 128, rank: 5 },
  { id: "duration", label: "Duration", width: 108, rank: 1, about: "The bar is relative to the longest of the list" },
  { id: "tokens", label: "Tokens", width: 88, right: true, rank: 4 },
  { id: "cost", label: "Cost", width: 104, right: true, rank: 3, about: "+ where calls have no known price" },
  { id: "service", label: "Service", width: 84, rank: 6 },
  { id: "session", label: "Session", width: 84, rank: 7 },
  { id: "age", label: "Started", width: 80, right: true, rank: 1 },
  { id: "models", label: "Models", width: 140, rank: 8 },
  { id: "user", label: "User", width: 96, rank: 8 },
  { id: "tags", label: "Tags", width: 110, rank: 9 },
  { id: "spans", label: "Spans", width: 64, right: true, rank: 8 },
  { id: "errors", label: "Errors", width: 64, right: true, rank: 8 },
  { id: "input_tokens", label: "Input", width: 84, right: true, rank: 9, about: "Tokens of the input, cached ones included" },
  { id: "output_tokens", label: "Output", width: 84, right: true, rank: 9, about: "Tokens of the output, reasoning included" },
  { id: "started", label: "Started at", width: 176, rank: 9 },
  { id: "id", label: "Trace id", width: 84, rank: 9 },
];

/** @type {Record<string, Column>} */
export const BY_ID = Object.fromEntries(COLUMNS.map((column) => [column.id, column]));
export const DEFAULT = ["name", "preview", "kinds", "duration", "tokens", "cost", "service", "session", "age"];
/** The status and the mark of selection, always there. */
const LEAD = 34;
const LEAST = 44;
const MOST = 900;

const chosen = kept("traces.columns", DEFAULT);
const widths = kept("traces.widths", /** @type {Record<string, number>} */ ({}));
const cols = param("cols");

/** Which columns are shown, in their order: those of the URL, or those last chosen. */
export function shownColumns() {
  const asked = cols.value ? cols.value.split(",") : chosen.value;
  const known = [...new Set(asked)].filter((id) => BY_ID[id]);
  return known.length ? known : DEFAULT;
}

/** @param {string[]} ids */
export function showColumns(ids) {
  chosen.value = ids;
  patch({ cols: ids.join() === DEFAULT.join() ? "" : ids.join() }, { replace: true });
}

/** @param {readonly string[]} ids @param {string} id @param {number} step */
export function moved(ids, id, step) {
  const from = ids.indexOf(id);
  const to = Math.max(0, Math.min(ids.length - 1, from + step));
  const rest = ids.filter((each) => each !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

/** @param {string} id @param {number} width */
export function resize(id, width) {
  widths.value = { ...widths.value, [id]: Math.round(Math.max(LEAST, Math.min(MOST, width))) };
}

/** @param {string} id */
export const widthOf = (id) => widths.value[id] ?? BY_ID[id]?.width ?? 100;

/** Those that fit into some pixels: where there is no room the least needed are left out. @param {readonly string[]} ids @param {number} room */
export function fitting(ids, room) {
  const left = [...ids];
  const needed = () => left.reduce((sum, id) => sum + widthOf(id), LEAD);
  while (left.length > 1 && needed() > room) {
    const worst = left.reduce((a, b) => ((BY_ID[b]?.rank ?? 0) >= (BY_ID[a]?.rank ?? 0) ? b : a));
    left.splice(left.indexOf(worst), 1);
  }
  return left;
}

/** For `grid-template-columns`. Something must take the room that is left: the name does if nothing else. @param {readonly string[]} ids */
export function template(ids) {
  const growing = ids.find((id) => BY_ID[id]?.grows) ?? (ids.includes("name") ? "name" : ids[0]);
  return [`${LEAD}px`, ...ids.map((id) => (id === growing ? `minmax(${widthOf(id)}px, 1fr)` : `${widthOf(id)}px`))].join(" ");
}
