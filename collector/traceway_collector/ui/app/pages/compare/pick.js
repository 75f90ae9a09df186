/** Which two traces to compare: the newest to choose from, or any by its id. */
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { ago, cost, costTitle, durationNs, exact, shortId, tokens } from "../../format.js";
import { useLoad } from "../../load.js";
import { toast } from "../../parts/copy.js";
import { oneLine } from "../../parts/messages/visible.js";
import { Empty, Loading } from "../../parts/states.js";
import { Status } from "../../parts/status.js";
import { param, patch } from "../../router.js";

const { div, h1, p, input, label, ul, li, button, span } = tags;
const q = param("q");
const since = param("since");
const until = param("until");
const MOST = 50;
const ID = /^[0-9a-f]{32}$/;

/** @param {{ first: string, second: string }} props */
export function Pick({ first, second }) {
  const query = { q: q.value, since: since.value, until: until.value, limit: MOST };
  const loaded = useLoad(`pick ${JSON.stringify(query)}`, (signal) => get("traces", query, signal));
  const take = (/** @type {string} */ id) => patch(first ? { b: id } : { a: id });
  return div({ class: "compare-pick" },
    h1(null, "Compare two traces"),
    p({ class: "muted" }, first ? `Choose the trace to compare ${shortId(first)} with.` : "Choose the first trace; steps are aligned, and prompts, tool arguments, outputs and files compared."),
    div({ class: "compare-ids" }, field("First", first, "a"), field("Second", second, "b")),
    h(Loading, { loaded, show: (data) => data.items.length ? h(Choices, { traces: data.items, first, take }) : h(Empty, { title: "No traces match" }) }));
}

/** @param {string} name @param {string} value @param {"a" | "b"} side */
const field = (name, value, side) =>
  label({ class: "grow" }, span({ class: "muted" }, `${name} trace`),
    input({ class: "input mono", placeholder: "id of a trace", value, spellcheck: false,
      onChange: (event) => given(event.currentTarget.value.trim().toLowerCase(), side) }));

/** @param {string} id @param {"a" | "b"} side */
const given = (id, side) => (!id || ID.test(id) ? patch({ [side]: id }) : toast("The id of a trace has 32 hexadecimal digits"));

/** @param {{ traces: any[], first: string, take: (id: string) => void }} props */
const Choices = ({ traces, first, take }) =>
  ul({ class: "choices", "aria-label": "Newest traces" }, traces.filter((trace) => trace.id !== first).map((trace) =>
    li({ key: trace.id }, button({ onClick: () => take(trace.id) },
      h(Status, { trace }),
      span({ class: "line" }, oneLine(trace.name) || "unnamed"), span({ class: "line grow faint" }, oneLine(trace.input_preview)),
      span({ class: "muted wide-only" }, durationNs(trace.duration_ns)), span({ class: "muted wide-only" }, tokens(trace.total_tokens)), span({ class: "muted wide-only", title: costTitle(trace.cost_usd, trace.cost_complete) }, cost(trace.cost_usd, trace.cost_complete)),
      span({ class: "muted", title: exact(trace.started_at) }, ago(trace.started_at)), span({ class: "mono faint wide-only" }, shortId(trace.id))))));
