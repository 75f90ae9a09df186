/** The log records of the trace, oldest first. */
import { useState } from "preact/hooks";
import { get } from "../../../api.js";
import { classes, h, tags } from "../../../dom.js";
import { exact } from "../../../format.js";
import { useLoad } from "../../../load.js";
import { Json } from "../../../parts/json.js";
import { Text } from "../../../parts/messages/text.js";
import { brief } from "../../../parts/messages/value.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { Empty, Loading } from "../../../parts/states.js";
import { select } from "../state.js";

/** @import { Tree } from "../tree.js" */

const { div, ol, li, button, span, bdi, p } = tags;
const MOST = 1000;

/** @param {{ tree: Tree }} props */
export function Logs({ tree }) {
  const { id } = tree.trace;
  const loaded = useLoad(`logs ${id} ${tree.trace.span_count}`, (signal) => get("logs", { trace: id, limit: MOST }, signal));
  return div({ class: "tab-page" }, h(Loading, { loaded, show: (/** @type {any} */ { items, has_more }) =>
    items.length
      ? div(null, has_more ? p({ class: "notice warning" }, `Only the newest ${MOST} are shown.`) : null,
        h(LogList, { logs: [...items].reverse(), linked: true }))
      : h(Empty, { title: "No log record belongs to this trace" }, p(null, "Records that carry its trace id are shown here.")) }));
}

/** @param {{ logs: any[], linked?: boolean }} props `linked`: with the way to the span */
export const LogList = ({ logs, linked = false }) => ol({ class: "log-list" }, logs.map((log) => h(One, { key: log.id, log, linked })));

/** @param {{ log: any, linked: boolean }} props */
function One({ log, linked }) {
  const [open, setOpen] = useState(false);
  const number = log.severity_number ?? 0;
  const said = typeof log.body === "string" ? log.body : brief(log.body, 400) || log.event_name || "(no body)";
  return li({ class: classes("t-log", number >= 17 && "failed", number >= 13 && number < 17 && "warned") },
    button({ class: "fold log-line", "aria-expanded": open, onClick: () => setOpen(!open) },
      span({ class: "faint mono time", title: exact(log.occurred_at) }, exact(log.occurred_at ?? log.observed_at).slice(11)),
      span({ class: classes("severity small", number >= 17 && "is-error", number >= 13 && number < 17 && "is-warning") },
        oneLine(log.severity_text ?? log.severity ?? "", 12)),
      bdi({ class: "line grow" }, oneLine(said))),
    open
      ? div({ class: "fold-inside" },
        typeof log.body === "string" ? h(Text, { text: log.body }) : h(Json, { value: log.body }),
        Object.keys(log.attributes).length ? h(Json, { value: log.attributes }) : null,
        linked && log.span_id ? button({ class: "button quiet", onClick: () => select(log.span_id, { open: true }) }, "Show its span") : null)
      : null);
}
