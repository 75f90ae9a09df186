/** Panels: what one is, those to begin with, and how an arrangement is written in a URL. Pure. */

/** @typedef {"line" | "bar" | "table" | "number" | "slowest"} Shape */

/**
 * A question and where its answer stands: `x`, `y`, `w`, `h` in cells of a grid of 12 columns.
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {Shape} shape
 * @property {string[]} metrics
 * @property {string} group "" for none
 * @property {string} bucket "auto" or a length of time
 * @property {number} top how many groups are told apart; the rest is "other"
 * @property {string} q of this panel alone, beside the filter of the page
 * @property {boolean} previous also show the period before
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 */

export const COLUMNS = 12;
const MOST_PANELS = 40;
/** @type {Record<Shape, string>} */
export const SHAPES = { line: "Lines", bar: "Stacked bars", table: "Table", number: "Number", slowest: "Slowest traces" };

/** @type {Omit<Panel, "id">} */
const EMPTY = { title: "", shape: "line", metrics: ["span_count"], group: "", bucket: "auto", top: 6, q: "", previous: false, x: 0, y: 0, w: 6, h: 4 };

/** @type {readonly Panel[]} */
export const DEFAULTS = [
  { ...EMPTY, id: "cost", title: "Cost by model", shape: "bar", metrics: ["total_cost"], group: "model", x: 0, y: 0 },
  { ...EMPTY, id: "latency", title: "Latency of model calls", metrics: ["p50_latency_ms", "p95_latency_ms"], q: "kind:llm_call", x: 6, y: 0 },
  { ...EMPTY, id: "errors", title: "Error rate", metrics: ["error_rate"], x: 0, y: 4, w: 4 },
  { ...EMPTY, id: "tokens", title: "Tokens per call", metrics: ["avg_tokens_per_call"], group: "model", top: 4, x: 4, y: 4, w: 4 },
  { ...EMPTY, id: "first-token", title: "Time to first token", metrics: ["p50_time_to_first_token_ms", "p95_time_to_first_token_ms"], x: 8, y: 4, w: 4 },
  { ...EMPTY, id: "tools", title: "Top tools", shape: "table", metrics: ["span_count", "error_count", "p95_latency_ms"], group: "tool", q: "kind:tool", top: 10, x: 0, y: 8, w: 4, h: 5 },
  { ...EMPTY, id: "files", title: "Top files", shape: "table", metrics: ["span_count", "bytes_read", "bytes_written"], group: "file", q: "has:file", top: 10, x: 4, y: 8, w: 4, h: 5 },
  { ...EMPTY, id: "slowest", title: "Slowest traces", shape: "slowest", metrics: [], top: 10, x: 8, y: 8, w: 4, h: 5 },
];

/** One to begin with, below all others. @param {readonly Panel[]} panels @returns {Panel} */
export const newPanel = (panels) => ({ ...EMPTY, id: newId(panels), title: "", y: Math.max(0, ...panels.map(({ y, h }) => y + h)) });

/** @param {readonly Panel[]} panels */
function newId(panels) {
  let number = panels.length + 1;
  while (panels.some(({ id }) => id === `panel-${number}`)) number++;
  return `panel-${number}`;
}

/** What is shown above a panel that was given no name. @param {Panel} panel */
export const titleOf = ({ title, shape, metrics, group }) =>
  title || (shape === "slowest" ? SHAPES.slowest : `${metrics.map(nameOf).join(", ")}${group ? ` by ${group}` : ""}`);

/** p95_latency_ms: "p95 latency" @param {string} metric */
export const nameOf = (metric) =>
  metric.replace(/_ms$/, "").replace(/^avg_(.*)_per_call$/, "$1 per call").replace(/^total_/, "").replace(/_count$/, "s").replace(/^avg_/, "mean ").replaceAll("_", " ");

/**
 * Panels as somebody kept them: what is no panel is left out, what is out of bounds is brought within.
 * @param {unknown} given @returns {Panel[]}
 */
export function readPanels(given) {
  if (!Array.isArray(given)) return [];
  const seen = new Set();
  return given.slice(0, MOST_PANELS).flatMap((each) => {
    const panel = readPanel(each);
    if (!panel || seen.has(panel.id)) return [];
    seen.add(panel.id);
    return [panel];
  });
}

/** @param {any} given @returns {Panel | null} */
function readPanel(given) {
  if (typeof given !== "object" || given === null || !(given.shape in SHAPES)) return null;
  const metrics = Array.isArray(given.metrics) ? given.metrics.filter((/** @type {unknown} */ each) => typeof each === "string").slice(0, 6) : [];
  if (!metrics.length && given.shape !== "slowest") return null;
  const w = within(given.w, 2, COLUMNS, EMPTY.w);
  return {
    id: text(given.id, 64) || "panel", title: text(given.title, 120), shape: given.shape, metrics,
    group: text(given.group, 200), bucket: text(given.bucket, 16) || "auto", top: within(given.top, 1, 50, EMPTY.top), q: text(given.q, 4096),
    previous: given.previous === true,
    w, h: within(given.h, 2, 20, EMPTY.h), x: Math.min(within(given.x, 0, COLUMNS - 1, 0), COLUMNS - w), y: within(given.y, 0, 1000, 0),
  };
}

/** @param {unknown} value @param {number} most */
const text = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");

/** @param {unknown} value @param {number} least @param {number} most @param {number} otherwise */
const within = (value, least, most, otherwise) => (Number.isInteger(value) ? Math.min(Math.max(Number(value), least), most) : otherwise);

/** The longest arrangement that still goes into a URL. */
const LONGEST = 6000;

/** What differs from an empty panel, as text that a URL can hold; "" if that is too long. @param {readonly Panel[]} panels */
export function toText(panels) {
  const short = panels.map((panel) => Object.fromEntries(Object.entries(panel).filter(([name, value]) => String(value) !== String(EMPTY[/** @type {keyof typeof EMPTY} */ (name)]))));
  const bytes = new TextEncoder().encode(JSON.stringify(short));
  const made = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return made.length <= LONGEST ? made : "";
}

/** @param {string} given @returns {Panel[] | null} null if it is nothing that `toText` wrote */
export function fromText(given) {
  try {
    const bytes = Uint8Array.from(atob(given.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const read = JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(read) ? readPanels(read.map((each) => ({ ...EMPTY, ...each }))) : null;
  } catch {
    return null;
  }
}
