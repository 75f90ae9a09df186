/** The tables of Ingest: who sends, what came, what was turned away and why. */
import { h, tags } from "../../dom.js";
import { ago, bytes, exact, number } from "../../format.js";
import { href } from "../../router.js";
import { quoted } from "../../shell/filter/words.js";
import { refusedItems } from "./status.js";

/** @import { Refusal, SignalStatus, Status } from "./status.js" */

const { div, table, thead, tbody, tr, th, td, a, p, span, ul, li, time } = tags;
const NAMES = /** @type {Record<string, string>} */ ({ traces: "Spans", logs: "Log records", metrics: "Metric points" });

/** @param {{ services: Status["services"] }} props */
export const Services = ({ services }) =>
  services.length
    ? table({ class: "table" },
        thead(null, tr(null, th({ scope: "col" }, "Service"), th({ scope: "col", class: "right" }, "Spans in the last hour"), th({ scope: "col", class: "right" }, "Last arrival"))),
        tbody(null, services.map(({ service, last_at, spans_last_hour }) =>
          tr({ key: service },
            td({ class: "cut" }, a({ href: href("traces", "", { q: `service:${quoted(service)}`, since: "", until: "" }), title: "Its traces" }, service || "(no name)")),
            td({ class: "right" }, number(spans_last_hour)),
            td({ class: "right" }, h(When, { at: last_at }))))))
    : p({ class: "muted" }, "No service has sent a span in the last hour.");

/** @param {{ signals: Record<string, SignalStatus> }} props */
export const Signals = ({ signals }) =>
  table({ class: "table" },
    thead(null, tr(null, ["", "Requests", "Stored", "Sent twice", "Received", "Last commit"].map((name, n) => th({ key: n, scope: "col", class: n ? "right" : "" }, name)))),
    tbody(null, Object.entries(signals).map(([signal, each]) =>
      tr({ key: signal }, th({ scope: "row" }, NAMES[signal] ?? signal),
        td({ class: "right" }, number(each.requests)), td({ class: "right" }, number(each.accepted)), td({ class: "right" }, number(each.duplicate_items)),
        td({ class: "right" }, bytes(each.bytes)),
        td({ class: "right" }, h(When, { at: each.last_commit_ns === null ? null : new Date(Number(each.last_commit_ns) / 1e6).toISOString() }))))));

/** @param {{ status: Status }} props */
export function Refusals({ status }) {
  const sums = refusedItems(status.signals);
  if (!sums.length) return p({ class: "muted" }, "Nothing was refused since the server started.");
  return div({ class: "refusals" },
    ul({ class: "refusal-sums" }, sums.map(({ signal, reason, requests, items }) =>
      li({ key: `${signal} ${reason}`, class: "chip", title: `${number(requests)} requests` }, `${signal} · ${reason} `, span({ class: "is-error" }, number(items || requests)), items ? " items" : " requests"))),
    table({ class: "table" },
      thead(null, tr(null, ["When", "Signal", "Why", "From", "Items"].map((name) => th({ key: name, scope: "col", class: name === "Items" ? "right" : "" }, name)))),
      tbody(null, status.recent_refusals.map((each, n) => h(RefusalRow, { key: `${each.at} ${n}`, each })))));
}

/** @param {{ each: Refusal }} props */
const RefusalRow = ({ each }) =>
  tr(null, td({ class: "line" }, h(When, { at: each.at })), td(null, each.signal),
    td({ class: "why" }, span({ class: "is-error" }, each.reason), " ", span(null, each.detail)),
    td({ class: "mono" }, each.peer || span({ title: "the sender is not known" }, "–")),
    td({ class: "right" }, each.items ? number(each.items) : span({ title: "nobody could count them" }, "–")));

/** @param {{ at: string | null }} props */
const When = ({ at }) => (at ? time({ dateTime: at, title: exact(at) }, ago(at)) : span({ title: "nothing yet" }, "–"));
