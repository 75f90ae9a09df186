/** One aligned step: what each trace has there, and how that differs. */
import { useMemo, useRef } from "preact/hooks";
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { durationNs, money, tokens } from "../../format.js";
import { Icon } from "../../icons.js";
import { KindMark } from "../../kinds.js";
import { useLoad } from "../../load.js";
import { Diff, UnifiedDiff, linesOfTexts } from "../../parts/diff.js";
import { useFocusBack } from "../../parts/focus.js";
import { Text } from "../../parts/messages/text.js";
import { oneLine } from "../../parts/messages/visible.js";
import { plain } from "../../parts/plain.js";
import { Loading } from "../../parts/states.js";
import { href, patch } from "../../router.js";

const { aside, div, h2, h3, a, button, span, section, table, tbody, tr, th, td, p } = tags;

/** @param {{ step: any, a: any, b: any }} props */
export function Step({ step, a: traceA, b: traceB }) {
  const key = `step ${traceA.id} ${step.a?.id} ${traceB.id} ${step.b?.id}`;
  const loaded = useLoad(key, async (signal) => {
    const one = (/** @type {any} */ side, /** @type {string} */ trace_id) => (side ? get(`spans/${side.id}`, { trace_id }, signal) : null);
    const [before, after] = await Promise.all([one(step.a, traceA.id), one(step.b, traceB.id)]);
    return { before, after };
  });
  const shown = step.a ?? step.b;
  const own = useRef(/** @type {HTMLElement | null} */ (null));
  useFocusBack(own, ".compare-steps .virtual");
  return aside({ class: "step", ref: own, "aria-label": "Step" },
    div({ class: "row-of step-head" }, h(KindMark, { kind: shown.kind }), h2({ class: "line grow" }, oneLine(shown.name)),
      step.a ? a({ class: "button quiet", href: href("traces", traceA.id, { span: step.a.id }) }, "Open in A") : null,
      step.b ? a({ class: "button quiet", href: href("traces", traceB.id, { span: step.b.id }) }, "Open in B") : null,
      button({ class: "button quiet icon", "aria-label": "Close", title: "Close (Esc)", onClick: () => patch({ step: null }, { replace: true }) }, h(Icon, { name: "close" }))),
    div({ class: "step-body" }, h(Facts, { step }), h(Loading, { loaded, show: (data) => h(Contents, { ...data }) }), h(FileDifference, { step })));
}

/** @type {[string, (each: any) => string][]} */
const FACTS = [
  ["Model", (each) => each.model ?? ""],
  ["Status", (each) => each.status ?? ""],
  ["Duration", (each) => durationNs(each.duration_ns)],
  ["Tokens", (each) => (each.total_tokens === null ? "" : tokens(each.total_tokens))],
  ["Cost", (each) => (each.cost_usd === null ? "" : money(each.cost_usd))],
];

/** @param {{ step: any }} props */
const Facts = ({ step }) =>
  table({ class: "facts" }, tbody(null, FACTS.map(([label, show]) => {
    const [before, after] = [step.a ? show(step.a) : "", step.b ? show(step.b) : ""];
    if (!before && !after) return null;
    return tr({ key: label }, th({ scope: "row" }, label), td(null, before || "–"), td({ class: "faint" }, before === after ? "=" : "→"), td(null, before === after ? "" : after || "–"));
  })));

/** What a span holds, by name. @param {any} found @returns {Record<string, string>} */
function contentsOf(found) {
  if (!found) return {};
  const { kind, input, output, error } = found;
  return {
    Arguments: kind.type === "tool" ? plain(kind.arguments) : "",
    Input: kind.type === "tool" ? "" : plain(input),
    Result: kind.type === "tool" ? plain(kind.result) : "",
    Output: kind.type === "tool" ? "" : plain(output),
    Error: error ? `${error.type ?? ""}\n${error.message ?? ""}`.trim() : "",
  };
}

/** @param {{ before: any, after: any }} props */
function Contents({ before, after }) {
  const [one, other] = [contentsOf(before), contentsOf(after)];
  const names = Object.keys({ ...one, ...other }).filter((name) => one[name] || other[name]);
  if (!names.length) return p({ class: "muted" }, "No content was recorded for this step.");
  return div(null, names.map((name) => h(Content, { key: name, name, before: before ? (one[name] ?? "") : null, after: after ? (other[name] ?? "") : null })));
}

/** @param {{ name: string, before: string | null, after: string | null }} props null: the step is not there */
function Content({ name, before, after }) {
  const lines = useMemo(() => (before !== null && after !== null && before !== after ? linesOfTexts(before, after) : []), [before, after]);
  const only = before ?? after ?? "";
  return section(null,
    h3({ class: "row-of" }, name, before === after ? span({ class: "faint small" }, "the same in both") : null),
    before === null || after === null || before === after ? div({ class: "whole" }, h(Text, { text: only })) : h(Diff, { lines }));
}

/** How the file the step wrote or read differs. @param {{ step: any }} props */
function FileDifference({ step }) {
  const [from, to] = [step.a?.file_version, step.b?.file_version];
  const differs = from && to && from !== to;
  const loaded = useLoad(differs ? `diff ${from} ${to}` : null, (signal) => get("files/diff", { from, to }, signal));
  if (!differs) return null;
  return section(null, h3(null, "File"), h(Loading, { loaded, lines: 4, show: ({ diff }) => h(UnifiedDiff, { diff }) }));
}
