/** One session: its sums and its traces as one long transcript, the newest at the end. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../../api.js";
import { classes, h, tags } from "../../dom.js";
import { ago, cost, costTitle, exact, number, plural, tokens } from "../../format.js";
import { useKeys } from "../../keys.js";
import { useRefresh } from "../../live.js";
import { useLoad } from "../../load.js";
import { CopyButton } from "../../parts/copy.js";
import { Loading } from "../../parts/states.js";
import { go, href } from "../../router.js";
import { quoted } from "../../shell/filter/words.js";
import { useTitle } from "../../title.js";
import { TurnView } from "./turn.js";
import { merged } from "./turns.js";

/** @import { Session } from "./use-sessions.js" */

const { div, header, h1, a, span, button } = tags;
const AT_ONCE = 100;
const PAUSE_MS = 700;
/** Turns that are waited for when a session is opened, so that nothing moves under the eyes of a reader. */
const FIRST = 4;

/** @typedef {{ session: Session, traces: any[], next_cursor: string | null }} Answer */

/** @param {{ id: string }} props */
export function Conversation({ id }) {
  useTitle(`${id} · Session`);
  const path = `sessions/${encodeURIComponent(id)}`;
  const [pages, setPages] = useState(1);
  const loaded = useLoad(`session ${id} ${pages}`, (signal) => loadPages(path, pages, signal));
  const ids = new Set(loaded.data?.traces.map((trace) => trace.id));
  // Any span of one of its traces, or a trace that begins in it.
  useRefresh(loaded.reload, PAUSE_MS, (event) => ids.has(event.trace_id) || event.trace?.session_id === id || event.span?.session_id === id);
  useKeys("Session", [{ keys: "Escape", label: "Back to the sessions", run: () => go("sessions", "", { at: id }) }]);
  return div({ class: "conversation" }, h(Loading, { loaded, show: (answer) => h(Shown, { answer, more: () => setPages(pages + 1) }) }));
}

/** @param {{ answer: Answer, more: () => void }} props */
function Shown({ answer, more }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useFollow(box, answer.traces.at(-1)?.id ?? "");
  const first = useRef(Math.min(FIRST, answer.traces.length));
  const [ready, setReady] = useState(0);
  const done = () => setReady((n) => n + 1);
  const { session, traces, next_cursor } = answer;
  const left = session.trace_count - traces.length;
  return div({ class: "conversation-page", ref: box, tabIndex: 0 },
    h(Sums, { session, toEnd: () => box.current?.scrollTo({ top: box.current.scrollHeight }) }),
    div({ class: classes("turns", ready < first.current && "waiting"), role: "feed", "aria-label": "Turns" },
      traces.map((trace, n) => h(TurnView, { key: trace.id, trace, number: n + 1, box, done: n < first.current ? done : undefined })),
      next_cursor ? button({ class: "button turns-more", type: "button", onClick: more }, left > 0 ? `${number(Math.min(left, AT_ONCE))} later ${left === 1 ? "turn" : "turns"}` : "Later turns") : null));
}

/** @param {{ session: Session, toEnd: () => void }} props */
const Sums = ({ session, toEnd }) =>
  header({ class: "conversation-head" },
    div({ class: "row-of" }, a({ href: href("sessions", "", { at: session.id }) }, "Sessions"), span({ class: "faint" }, "/"),
      h1({ class: "mono line", title: session.id }, session.id), h(CopyButton, { text: session.id, label: "Copy the id of the session" }), span({ class: "grow" }),
      a({ class: "button", href: href("traces", "", { q: `session:${quoted(session.id)}`, since: "", until: "" }) }, "As a list"),
      button({ class: "button", type: "button", onClick: toEnd }, "To the newest")),
    div({ class: "conversation-sums" },
      span(null, plural(session.trace_count, "turn")),
      session.error_count ? span({ class: "is-error" }, plural(session.error_count, "error")) : null,
      span({ title: session.total_tokens === null ? "no call said how many" : `${number(session.input_tokens)} in, ${number(session.output_tokens)} out` }, tokens(session.total_tokens)),
      span({ title: costTitle(session.cost_usd, session.cost_complete) }, session.cost_usd === null ? "unknown price" : cost(session.cost_usd, session.cost_complete)),
      session.users.length ? span(null, session.users.join(", ")) : null,
      session.models.length ? span({ class: "line" }, session.models.join(", ")) : null,
      span({ class: "muted", title: `${exact(session.started_at)} – ${exact(session.last_at)}` }, `last ${ago(session.last_at)}`)));

/** Who reads the end goes on seeing the end; nobody else is moved. @param {{ current: HTMLDivElement | null }} box @param {string} last id of the newest turn */
function useFollow(box, last) {
  const before = useRef(last);
  const atEnd = useRef(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => (atEnd.current = element.scrollTop > 0 && element.scrollTop + element.clientHeight >= element.scrollHeight - 40);
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (before.current !== last && atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
    before.current = last;
  }, [last]);
}

/** @param {string} path @param {number} pages @param {AbortSignal} signal @returns {Promise<Answer>} */
async function loadPages(path, pages, signal) {
  let answer = /** @type {Answer} */ (await get(path, { limit: AT_ONCE }, signal));
  for (let n = 1; n < pages && answer.next_cursor; n++) {
    const next = /** @type {Answer} */ (await get(path, { limit: AT_ONCE, cursor: answer.next_cursor }, signal));
    answer = { ...next, traces: merged(answer.traces, next.traces) };
  }
  return answer;
}
