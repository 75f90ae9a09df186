/** Ingest: is it arriving? How fast, how late, from whom, and what was turned away and why. */
import { h, tags } from "../../dom.js";
import { bytes, duration, number, percent, plural, short } from "../../format.js";
import { Loading } from "../../parts/states.js";
import { Spark } from "../../parts/chart-spark.js";
import { Connect } from "./connect.js";
import { Refusals, Services, Signals } from "./ledger.js";
import { hasArrived, SEEN_MS, useStatus } from "./status.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Sample, Status } from "./status.js" */

const { div, dl, dt, dd, h2, section, span, p } = tags;

export default function Ingest() {
  const { loaded, rates } = useStatus();
  return div({ class: "ingest" }, h(Loading, { loaded, show: (status) => h(Body, { status, rates }) }));
}

/** @param {{ status: Status, rates: readonly Sample[] }} props */
function Body({ status, rates }) {
  const arrived = hasArrived(status);
  return div({ class: "ingest-body" },
    arrived ? h(Arriving, { key: "status", status, rates }) : h(Waiting, { key: "waiting" }),
    // One and the same before and after the first span: it says what became of the test span.
    h(Connect, { key: "connect", title: arrived ? "Connect something else" : "Connect" }));
}

/** Nothing yet. Turns into the rest by itself. */
const Waiting = () => p({ class: "row-of", role: "status" }, span({ class: "status running" }), "Nothing has arrived yet. This page sees it when it does.");

/** @param {{ status: Status, rates: readonly Sample[] }} props */
const Arriving = ({ status, rates }) =>
  div({ class: "ingest-status" },
    status.draining ? p({ class: "notice warning" }, "The server is shutting down and takes no new work.") : null,
    h(Figures, { status, rates }),
    div({ class: "ingest-columns" },
      section({ "aria-label": "Services", tabIndex: 0 }, h2(null, "Services"), h(Services, { services: status.services })),
      section({ "aria-label": "Since the server started", tabIndex: 0 }, h2(null, "Since the server started"), h(Signals, { signals: status.signals }))),
    section({ "aria-label": "Refused", tabIndex: 0 }, h2(null, "Refused"), h(Refusals, { status })));

/** @param {{ status: Status, rates: readonly Sample[] }} props */
function Figures({ status, rates }) {
  const { stored, lag_ms, pending_bytes, max_pending_bytes, retention_days } = status;
  return dl({ class: "figures" },
    h(Figure, { name: "Arriving now", about: `on average over ${plural(status.rates.window_s, "second")}`, extra: h(Spark, { samples: rates, span_ms: SEEN_MS }) },
      rate(status.rates.spans_per_second)),
    h(Figure, { name: "Lag, end of span to visible", about: lag_ms ? `p95 ${duration(lag_ms.p95)}` : "nothing arrived lately", why: lag_ms ? "" : "no span arrived lately to measure" },
      lag_ms ? duration(lag_ms.p50) : null),
    h(Figure, { name: "Waiting for commit", about: `${percent(max_pending_bytes ? pending_bytes / max_pending_bytes : 0)} of ${bytes(max_pending_bytes)}` }, bytes(pending_bytes)),
    h(Figure, { name: "Spans stored", about: `${short(stored.logs)} logs, ${short(stored.metric_points)} metric points`, title: number(stored.spans) }, short(stored.spans)),
    h(Figure, { name: "File contents", about: bytes(stored.file_bytes), title: number(stored.file_contents) }, short(stored.file_contents)),
    h(Figure, { name: "Disk used", about: retention_days ? `kept for ${plural(retention_days, "day")}` : "kept until deleted", why: "the database does not say" },
      stored.disk_bytes === null ? null : bytes(stored.disk_bytes)));
}

/** @param {{ name: string, about: string, title?: string, why?: string, extra?: ComponentChildren, children?: ComponentChildren }} props */
const Figure = ({ name, about, title, why, extra, children }) =>
  div(null, dt(null, name), dd({ class: "value", title: children ? title : why }, children ?? "–"), dd({ class: "about" }, about), extra ? dd(null, extra) : null);

/** @param {number} spans_per_second */
const rate = (spans_per_second) => `${spans_per_second > 0 && spans_per_second < 0.1 ? "<0.1" : short(spans_per_second < 10 ? Math.round(spans_per_second * 10) / 10 : Math.round(spans_per_second))} spans/s`;
