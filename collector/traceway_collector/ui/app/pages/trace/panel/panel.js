/** The panel of the selected span: what went in and out, what it cost, everything that was recorded of it. */
import { useEffect, useRef } from "preact/hooks";
import { classes, h, tags } from "../../../dom.js";
import { duration, durationNs, exact, money, msOf, tokens } from "../../../format.js";
import { Icon } from "../../../icons.js";
import { KindMark, kindOf } from "../../../kinds.js";
import { CopyButton } from "../../../parts/copy.js";
import { useFocusBack } from "../../../parts/focus.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { Failure, Skeleton } from "../../../parts/states.js";
import { Tabs, tabId } from "../../../parts/tabs.js";
import { useContents } from "../contents.js";
import { closePanel, showPanel } from "../state.js";
import { isSpending, labelOf } from "../tree.js";
import { Attributes } from "./attributes.js";
import { Content } from "./content.js";
import { Cost } from "./cost.js";
import { Events } from "./events.js";
import { SpanFiles, filesBelow } from "./files.js";
import { SpanLogs } from "./logs.js";
import { Otlp } from "./otlp.js";

/** @import { State } from "../state.js" */
/** @import { Tree } from "../tree.js" */

const { aside, div, h2, span, bdi, button, p } = tags;

/** @param {{ tree: Tree, state: State }} props */
export function Panel({ tree, state }) {
  const row = tree.rowOf.get(state.span) ?? 0;
  const { columns } = tree;
  const missing = columns.placeholder[row];
  const tabs = tabsOf(tree, row);
  const shown = tabs.some(({ id }) => id === state.panel) ? state.panel : "content";
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => body.current?.scrollTo({ top: 0 }), [state.span, shown]);
  const own = useRef(/** @type {HTMLElement | null} */ (null));
  useFocusBack(own, ".trace-main [tabindex='0']");
  return aside({ class: "span-panel", ref: own, "aria-label": `Span ${oneLine(labelOf(columns, row), 80)}` },
    h(Head, { tree, row }),
    missing ? null : h(Tabs, { label: "Parts of the span", tabs, selected: shown, onSelect: showPanel, panel: "span-part" }),
    div({ class: "span-body", id: "span-part", role: "tabpanel", "aria-labelledby": tabId("span-part", shown), tabIndex: 0, ref: body },
      missing
        ? p({ class: "muted" },
          "This span has not arrived yet. Others name it as their parent, so it is shown here in its place; its times are those of the spans below it.")
        : h(Loaded, { key: state.span, tree, row, shown })));
}

/** @param {Tree} tree @param {number} row */
function tabsOf(tree, row) {
  const { columns } = tree;
  return [
    { id: "content", label: "Content" },
    ...(isSpending(columns.kind[row]) ? [{ id: "cost", label: "Tokens & cost" }] : []),
    { id: "attributes", label: "Attributes" },
    { id: "events", label: "Events" },
    ...(filesBelow(tree, row).length ? [{ id: "files", label: "Files" }] : []),
    { id: "logs", label: "Logs" },
    { id: "otlp", label: "OTLP" },
  ];
}

/** @param {{ tree: Tree, row: number }} props */
function Head({ tree, row }) {
  const { columns } = tree;
  const kind = columns.kind[row] ?? "span";
  const id = columns.id[row] ?? "";
  const failed = columns.status[row] === "error";
  const used = (columns.input_tokens[row] ?? 0) + (columns.output_tokens[row] ?? 0);
  const first = columns.time_to_first_token_ms[row];
  const start_ms = Date.parse(tree.trace.started_at) + (columns.offset_ns[row] ?? 0) / 1e6;
  return div({ class: "span-head" },
    div({ class: "row-of" },
      h(KindMark, { kind }),
      h2({ class: "line grow", title: oneLine(columns.name[row]) }, bdi(null, oneLine(labelOf(columns, row), 200))),
      h(CopyButton, { text: id, label: `Copy the span id ${id}` }),
      button({ class: "button quiet icon", title: "Close (Esc)", "aria-label": "Close the span", onClick: closePanel }, h(Icon, { name: "close", size: 14 }))),
    div({ class: "span-facts muted" },
      span({ class: classes(failed && "is-error") }, failed ? "failed" : kindOf(kind).label),
      columns.model[row] ? span(null, oneLine(columns.model[row], 60)) : null,
      span({
        title: `${exact(Number.isFinite(start_ms) ? new Date(start_ms).toISOString() : null)}, `
          + `${duration(msOf(columns.offset_ns[row]))} after the start`,
      }, durationNs(columns.duration_ns[row])),
      first ? span({ title: "from the request to the first token" }, `first token ${duration(first)}`) : null,
      used ? span(null, tokens(used)) : null,
      isSpending(kind) ? span({ title: columns.cost_usd[row] === null ? "No price is known; see Tokens & cost" : undefined },
        money(columns.cost_usd[row])) : null,
      columns.service[row] ? span({ class: "faint" }, oneLine(columns.service[row], 60)) : null));
}

/** @param {{ tree: Tree, row: number, shown: string }} props */
function Loaded({ tree, row, shown }) {
  const id = tree.columns.id[row] ?? "";
  const { spans, error, retry } = useContents(tree.trace.id, [id]);
  if (shown === "logs") return h(SpanLogs, { trace_id: tree.trace.id, span_id: id });
  if (shown === "otlp") return h(Otlp, { trace_id: tree.trace.id, span_id: id });
  if (shown === "files") return h(SpanFiles, { tree, row });
  if (error) return h(Failure, { error, retry });
  const found = spans?.[0];
  if (!found) return h(Skeleton, { lines: 6 });
  if (shown === "cost") return h(Cost, { span: found });
  if (shown === "attributes") return h(Attributes, { span: found });
  if (shown === "events") return h(Events, { span: found });
  return h(Content, { span: found });
}
