/** The column of facets: values with how often they occur; pressed they become clauses of the filter. */
import { get } from "../../api.js";
import { classes, h, tags } from "../../dom.js";
import { number, short } from "../../format.js";
import { Icon } from "../../icons.js";
import { KindMark, kindOf } from "../../kinds.js";
import { useRefresh } from "../../live.js";
import { useLoad } from "../../load.js";
import { Skeleton } from "../../parts/states.js";
import { asked } from "../../shell/filter/asked.js";
import { standing, textOf, toggle } from "../../shell/filter/clauses.js";
import { kept } from "../../settings.js";

/** @import { Query } from "../../api.js" */

const { div, section, h3, ul, li, button, span } = tags;
const FEW = 6;
const MANY = 50;
const REFRESH_MS = 3000;

const GROUPS = [
  ["status", "Status"], ["kind", "Kind"], ["model", "Model"], ["provider", "Provider"], ["service", "Service"],
  ["agent", "Agent"], ["tool", "Tool"], ["session", "Session"], ["user", "User"], ["tag", "Tag"], ["operation", "Operation"], ["finish", "Finish reason"], ["file", "File"],
];
const FOLDED = ["provider", "session", "user", "tag", "operation", "finish", "file"];

/**
 * The clause of a value. Spans are counted, traces are listed: a trace's own status may be good though a step of it
 * failed, so that values of status ask for traces with such a step.
 * @param {string} facet @param {string} value
 */
const clauseOf = (facet, value) => (facet === "status" ? { key: "has", text: "error", turned: value !== "error" } : { key: facet, text: value, turned: false });
/** @param {string} facet */
const keyOf = (facet) => (facet === "status" ? "has" : facet);
/** @param {string} facet @param {string} value */
const labelOf = (facet, value) => (facet === "kind" ? kindOf(value).label : facet === "status" ? (value === "error" ? "With an error" : "Without an error") : value);

const folded = kept("traces.facets.folded", FOLDED);
const widened = kept("traces.facets.more", /** @type {string[]} */ ([]));

/** @typedef {{ value: string, count: number }} Value */

/** @param {{ query: Query }} props */
export const Facets = ({ query }) =>
  div({ class: "facets", role: "region", "aria-label": "Facets" },
    h(Groups, { query }));

/** @param {{ query: Query }} props */
function Groups({ query }) {
  const { clauses } = asked.value;
  const open = GROUPS.map(([key = ""]) => key).filter((key) => !folded.value.includes(key));
  // The values of a key that the filter names are counted without it: what else there would be.
  const named = open.filter((key) => clauses.some((clause) => clause.key === keyOf(key)));
  const plain = open.filter((key) => !named.includes(key) && !widened.value.includes(key));
  const all = useCounts(plain, query, FEW);
  // All at once, as values that come between headings would push them away.
  if (plain.length && !all.data && !all.error && !before.size) return h(Skeleton, { lines: 12 });
  return GROUPS.map(([key = "", label = ""]) => {
    const alone = named.includes(key) || widened.value.includes(key);
    const others = textOf(clauses.filter((clause) => clause.key !== keyOf(key)));
    return open.includes(key) && alone
      ? h(Alone, { key: `${key} alone`, facet: key, label, query: { ...query, q: others } })
      : h(Group, { key, facet: key, label, counted: counted(key, all.data), failed: all.error });
  });
}

/** @typedef {{ values: Value[], more: boolean }} Counted */

/** What was last known of each facet: shown until the new counts are there. @type {Map<string, Counted>} */
const before = new Map();

/** @param {string} facet @param {Record<string, Counted> | undefined} data */
function counted(facet, data) {
  const found = data?.[facet];
  if (found) before.set(facet, found);
  return found ?? before.get(facet);
}

/** @param {string[]} keys @param {Query} query @param {number} limit */
function useCounts(keys, query, limit) {
  const asks = { ...query, keys: keys.join(","), limit };
  const loaded = useLoad(keys.length ? `facets ${JSON.stringify(asks)}` : null, async (signal) => {
    const { facets } = await get("facets", asks, signal);
    return /** @type {Record<string, Counted>} */ (Object.fromEntries(facets.map((/** @type {any} */ facet) => [facet.key, facet])));
  });
  useRefresh(loaded.reload, REFRESH_MS);
  return loaded;
}

/** @param {{ facet: string, label: string, query: Query }} props */
function Alone({ facet, label, query }) {
  const loaded = useCounts([facet], query, widened.value.includes(facet) ? MANY : FEW);
  return h(Group, { facet, label, counted: counted(facet, loaded.data), failed: loaded.error });
}

/** @param {{ facet: string, label: string, counted: Counted | undefined, failed: Error | null }} props */
function Group({ facet, label, counted, failed }) {
  const { values, more } = counted ?? { values: undefined, more: false };
  const shut = folded.value.includes(facet);
  const wide = widened.value.includes(facet);
  const { clauses } = asked.value;
  const listed = values ?? [];
  const missing = clauses.filter((clause) => clause.key === facet && clause.operator === "any").flatMap((clause) => clause.values.map(({ text }) => text)).filter((text) => !listed.some(({ value }) => value === text));
  const fold = () => (folded.value = shut ? folded.value.filter((each) => each !== facet) : [...folded.value, facet]);
  const widen = () => (widened.value = wide ? widened.value.filter((each) => each !== facet) : [...widened.value, facet]);
  return section({ class: "facet", "aria-label": label },
    h3(null, button({ "aria-expanded": !shut, onClick: fold }, h(Icon, { name: shut ? "chevron" : "down", size: 10 }), label)),
    shut ? null : [
      ul({ key: "values" }, [...missing.map((value) => ({ value, count: 0 })), ...listed].map((each) => h(FacetValue, { key: each.value, facet, ...each }))),
      values && !listed.length && !missing.length ? span({ key: "none", class: "facet-none faint" }, "none") : null,
      failed && !values ? span({ key: "failed", class: "facet-none faint", title: failed.message }, "not known") : null,
      more || wide ? button({ key: "more", class: "facet-more", onClick: widen }, wide ? "Fewer" : "More") : null,
    ]);
}

/** @param {Value & { facet: string }} props */
function FacetValue({ facet, value, count }) {
  const { key, text, turned } = clauseOf(facet, value);
  const found = standing(asked.value.clauses, key, text);
  const stands = turned && found ? (found === "is" ? "not" : "is") : found;
  const flip = (/** @type {boolean} */ negated) => toggle(key, text, negated !== turned);
  return li({ class: classes("facet-value", stands) },
    button({
      class: "facet-is", "aria-pressed": stands === "is" ? true : stands === "not" ? "mixed" : false, title: `${facet}: ${value} – ${number(count)} spans; Alt: without it`,
      onClick: (event) => flip(event.altKey || stands === "not"),
      onKeyDown: (event) => event.key === "-" && (event.preventDefault(), flip(true)),
    }, facet === "kind" ? h(KindMark, { kind: value }) : null, span({ class: "line grow" }, labelOf(facet, value)), span({ class: "facet-count faint" }, short(count))),
    button({ class: "facet-not", tabIndex: -1, "aria-label": `Not ${labelOf(facet, value)}`, title: "Without it", onClick: () => flip(true) }, "–"));
}
