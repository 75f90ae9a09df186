/** The list of sessions: one line per conversation, the last active first. */
import { h, tags } from "../../dom.js";
import { ago, cost, costTitle, exact, number, plural, tokens } from "../../format.js";
import { useKeys } from "../../keys.js";
import { Empty, Failure, Notice, Skeleton } from "../../parts/states.js";
import { rowStyle, VirtualList } from "../../parts/virtual.js";
import { oneLine } from "../../parts/messages/visible.js";
import { Status } from "../../parts/status.js";
import { go, href, param, patch } from "../../router.js";
import { rowHeight } from "../../settings.js";
import { useSessions } from "./use-sessions.js";

/** @import { Session } from "./use-sessions.js" */

const { div, a, span, p, code } = tags;
const [q, since, until, at] = ["q", "since", "until", "at"].map(param);

export function SessionList() {
  const range = { q: q?.value ?? "", since: since?.value ?? "", until: until?.value ?? "" };
  const { first, items, next, complete } = useSessions(range);
  const selected = items.findIndex(({ id }) => id === at?.value);
  const walk = (/** @type {number} */ by) => () => {
    const to = items[Math.min(Math.max(selected + by, 0), items.length - 1)];
    if (!to) return false;
    patch({ at: to.id }, { replace: true });
  };
  useKeys("Sessions", [
    { keys: "j ArrowDown", label: "Next session", run: walk(1) },
    { keys: "k ArrowUp", label: "Previous session", run: walk(-1) },
    { keys: "Enter", label: "Open the session", run: () => (items[selected] ? go("sessions", items[selected]?.id) : false) },
  ]);
  if (!first.data) return first.error ? h(Failure, { error: first.error, retry: first.reload }) : h(Skeleton, null);
  if (!items.length) return h(NoSessions, { narrowed: Boolean(range.q || range.since) });
  const height = rowHeight();
  return div({ class: "sessions" },
    first.error ? h(Notice, { error: first.error }) : null,
    h(VirtualList, {
      count: items.length, height, selected, atEnd: () => void next(), head: h(Head, null),
      attributes: { role: "table", "aria-label": complete ? plural(items.length, "session") : `Sessions, the first ${number(items.length)}`, "aria-rowcount": complete ? items.length + 1 : -1 },
      row: (index) => h(Row, { key: items[index]?.id, session: /** @type {Session} */ (items[index]), index, height, selected: index === selected }),
    }));
}

const COLUMNS = [["of-talk", "Conversation"], ["right", "Turns"], ["of-users", "Users"], ["of-models", "Models"], ["right", "Tokens"], ["right", "Cost"], ["right", "Last activity"]];

const Head = () => div({ class: "row session-row session-head", role: "row" }, COLUMNS.map(([kind, name]) => span({ key: name, class: `cell ${kind}`, role: "columnheader" }, name)));

/** @param {{ session: Session, index: number, height: number, selected: boolean }} props */
function Row({ session, index, height, selected }) {
  const { id, trace_count, users, models, total_tokens, cost_usd, cost_complete, last_at, error_count } = session;
  return div({ class: "row session-row", role: "row", "aria-selected": selected, "aria-rowindex": index + 2, style: rowStyle(index, height), onClick: (event) => open(event, id) },
    span({ class: "cell of-talk", role: "cell" },
      h(Status, { trace: { status: "completed", error_count } }),
      a({ class: "mono line session-id", href: href("sessions", id, { at: "" }), title: id }, id),
      span({ class: "line grow muted" }, oneLine(session.input_preview), session.output_preview ? span({ class: "faint" }, ` → ${oneLine(session.output_preview)}`) : null)),
    span({ class: "cell right", role: "cell" }, number(trace_count)),
    span({ class: "cell of-users line", role: "cell", title: users.join(", ") || "no user was recorded" }, several(users)),
    span({ class: "cell of-models line", role: "cell", title: models.join(", ") }, several(models)),
    span({ class: "cell right", role: "cell", title: total_tokens === null ? "no call said how many" : `${number(total_tokens)} tokens` }, tokens(total_tokens)),
    span({ class: "cell right", role: "cell", title: costTitle(cost_usd, cost_complete) }, cost(cost_usd, cost_complete)),
    span({ class: "cell right muted", role: "cell", title: exact(last_at) }, ago(last_at)));
}

/** @param {MouseEvent} event @param {string} id */
function open(event, id) {
  if (event.target instanceof Element && event.target.closest("a")) return;
  go("sessions", id, { at: "" });
}

/** @param {readonly string[]} names */
const several = (names) => (names.length > 1 ? `${names[0]} +${names.length - 1}` : (names[0] ?? "–"));

/** @param {{ narrowed: boolean }} props */
const NoSessions = ({ narrowed }) =>
  h(Empty, { title: narrowed ? "No session matches" : "No sessions yet" },
    narrowed
      ? a({ href: href("sessions", "", { q: "", since: "", until: "" }) }, "Without the filter and the time range")
      : p(null, "A session holds the traces of one conversation together: set ", code(null, "session.id"), " or ", code(null, "gen_ai.conversation.id"), " on spans, or ", code(null, 'tw.trace(…, session="s-1")'), "."));
