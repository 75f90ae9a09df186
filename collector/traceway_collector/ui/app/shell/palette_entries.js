/** What the palette finds for a text. */
import { get } from "../api.js";
import { ago, shortId } from "../format.js";
import { live } from "../live.js";
import { copyLink, toast } from "../parts/copy.js";
import { applyView } from "../parts/views.js";
import { go, href, patch, route } from "../router.js";
import { density, nextTheme, railOpen, theme } from "../settings.js";
import { inQuotes } from "./filter/words.js";
import { PAGES } from "./rail.js";

/** @import { IconName } from "../icons.js" */

/** @typedef {{ id: string, label: string, about: string, group: string, icon: IconName, run: () => unknown }} Entry */

const MOST_TRACES = 12;

/** @param {string} text @param {{ traces: any[], views: any[] }} known @returns {Entry[]} */
export function found(text, { traces, views }) {
  const typed = text.trim();
  const wanted = typed.toLowerCase();
  const matches = (/** @type {Entry} */ { label, about }) => !wanted || `${label} ${about}`.toLowerCase().includes(wanted);
  const of_id = byId(wanted);
  const shown_traces = unique(traces).filter((trace) => !wanted || textOf(trace).includes(wanted)).slice(0, wanted ? MOST_TRACES : 5);
  return [
    ...of_id,
    ...pages().filter(matches),
    ...views.map(ofView).filter(matches),
    ...actions().filter(matches),
    ...shown_traces.filter(({ id }) => id !== wanted).map(ofTrace),
    ...(typed && !of_id.length ? [ofWords(typed)] : []),
  ];
}

/** @param {any[]} traces */
const unique = (traces) => [...new Map(traces.map((trace) => [trace.id, trace])).values()];

/** @param {any} trace */
const textOf = ({ id, name, input_preview, session_id }) => `${id} ${name} ${input_preview ?? ""} ${session_id ?? ""}`.toLowerCase();

/** @param {any} trace @returns {Entry} */
const ofTrace = (trace) => ({
  id: trace.id, label: trace.name ?? shortId(trace.id), about: trace.input_preview ?? shortId(trace.id), group: ago(trace.started_at), icon: "traces",
  run: () => go("traces", trace.id),
});

/** @param {any} view @returns {Entry} */
const ofView = (view) => ({ id: `view ${view.id}`, label: view.name, about: view.body.q ?? "", group: "View", icon: "filter", run: () => applyView(view) });

/** @returns {Entry[]} */
const pages = () => PAGES.map(({ page, label, icon }) => ({ id: page, label, about: "", group: "Page", icon, run: () => void (location.hash = href(page)) }));

/** @param {string} typed @returns {Entry} */
const ofWords = (typed) => ({ id: "words", label: `Filter by “${typed}”`, about: "", group: "Traces", icon: "search", run: () => go("traces", "", { q: inQuotes(typed) }) });

/** A whole id of a trace or a span, as it is pasted. @param {string} text @returns {Entry[]} */
function byId(text) {
  const id = text.replace(/-/g, "");
  if (/^[0-9a-f]{32}$/.test(id)) return [{ id, label: `Open trace ${shortId(id)}`, about: id, group: "Id", icon: "traces", run: () => go("traces", id) }];
  if (/^[0-9a-f]{16}$/.test(id)) return [{ id, label: `Open span ${shortId(id)}`, about: id, group: "Id", icon: "traces", run: () => toSpan(id) }];
  return [];
}

/** @param {string} id */
async function toSpan(id) {
  try {
    const { items } = await get("traces", { q: `span:${id}`, limit: 1 });
    if (items[0]) go("traces", items[0].id, { span: id });
    else toast(`There is no span ${id}`);
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
  }
}

/** @returns {Entry[]} */
function actions() {
  const { params } = route.value;
  const filtered = params.has("q") || params.has("since") || params.has("until");
  /** @type {[string, string, IconName, () => unknown][]} */
  const all = [
    ["Change the theme", `now ${theme.value}`, "theme", nextTheme],
    ["Change the density", `now ${density.value}`, "menu", () => (density.value = density.value === "compact" ? "comfortable" : "compact")],
    ["Copy the link to this", "", "copy", copyLink],
    [live.value ? "Pause live" : "Go live", "", "ingest", () => (live.value = !live.value)],
    [railOpen.value ? "Fold the rail" : "Unfold the rail", "", "menu", () => (railOpen.value = !railOpen.value)],
  ];
  if (filtered) all.push(["Clear the filter and the time range", "", "close", () => patch({ q: "", since: "", until: "" })]);
  return all.map(([label, about, icon, run]) => ({ id: label, label, about, group: "Action", icon, run }));
}
