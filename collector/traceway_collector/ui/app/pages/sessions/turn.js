/** One turn: what was asked, what was used, what was answered. Loaded when it comes near. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { ago, cost, costTitle, durationNs, exact, shortId, tokens } from "../../format.js";
import { KindMark } from "../../kinds.js";
import { useLoad } from "../../load.js";
import { oneLine } from "../../parts/messages/visible.js";
import { isMessages, Value } from "../../parts/messages/value.js";
import { Notice } from "../../parts/states.js";
import { Status } from "../../parts/status.js";
import { href } from "../../router.js";
import { lastAsked, turnOf } from "./turns.js";

/** @import { Used } from "./turns.js" */

const { article, header, div, a, span, ul, li } = tags;
const MOST_SPANS = 1000;
const NEAR = "800px 0px";

/** @param {{ trace: any, number: number, box: { current: HTMLElement | null }, done?: () => void }} props `box`: what scrolls; `done`: it is loaded at once, and tells when it is */
export function TurnView({ trace, number: nth, box, done }) {
  const own = useRef(/** @type {HTMLElement | null} */ (null));
  const [near, setNear] = useState(Boolean(done));
  useEffect(() => {
    if (!own.current || near) return;
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true), { root: box.current, rootMargin: NEAR });
    observer.observe(own.current);
    return () => observer.disconnect();
  }, [near]);
  const failed = typeof trace.status === "object";
  return article({ class: "turn", ref: own, "aria-label": `Turn ${nth}` },
    header({ class: "turn-head" },
      h(Status, { trace }),
      a({ class: "line", href: href("traces", trace.id, { q: "", since: "", until: "" }), title: "Open the trace" }, `${nth} · ${trace.name ? oneLine(trace.name) : shortId(trace.id)}`),
      span({ class: "grow" }),
      span({ class: "muted" }, durationNs(trace.duration_ns)), span({ class: "muted" }, tokens(trace.total_tokens)),
      span({ class: "muted", title: costTitle(trace.cost_usd, trace.cost_complete) }, cost(trace.cost_usd, trace.cost_complete)),
      span({ class: "muted", title: exact(trace.started_at) }, ago(trace.started_at))),
    failed ? div({ class: "is-error turn-error" }, oneLine(trace.status.failed.error)) : null,
    near ? h(Said, { trace, done }) : h(Preview, { trace }));
}

/** As much as the list knows, until the rest is there. @param {{ trace: any }} props */
const Preview = ({ trace }) =>
  div({ class: "turn-body" }, div(null, oneLine(trace.input_preview)), div({ class: "muted" }, oneLine(trace.output_preview)));

/** @param {{ trace: any, done?: () => void }} props */
function Said({ trace, done }) {
  const loaded = useLoad(`turn ${trace.id} ${trace.span_count} ${JSON.stringify(trace.status)}`, (signal) => load(trace.id, signal), { keep: true });
  const settled = Boolean(loaded.data ?? loaded.error);
  useEffect(() => void (settled && done?.()), [settled]);
  if (!loaded.data) return div(null, loaded.error ? h(Notice, { error: loaded.error }) : null, h(Preview, { trace }));
  const { turn, asked, answered } = loaded.data;
  return div({ class: "turn-body" },
    asked === null || asked === undefined ? null : h(Spoken, { role: "User", value: lastAsked(asked) }),
    turn.tools.length + turn.files.length ? ul({ class: "turn-used", "aria-label": "Tools and files" }, [...turn.tools, ...turn.files].map((used) => h(Chip, { key: `${used.type} ${used.name}`, used, trace_id: trace.id }))) : null,
    turn.more ? div({ class: "faint small" }, `of the first ${MOST_SPANS} spans`) : null,
    answered === null || answered === undefined ? null : h(Spoken, { role: "Answer", value: answered }),
    turn.asked || turn.answered ? null : div({ class: "faint" }, "Nothing was said in this trace, or its content was not recorded."));
}

/** Messages say who speaks; a bare value gets the same frame. @param {{ role: string, value: unknown }} props */
const Spoken = ({ role, value }) =>
  isMessages(value) ? h(Value, { value, markdown: true })
    : div({ class: "messages" }, div({ class: role === "User" ? "message of-user" : "message of-assistant" }, div({ class: "who" }, span({ class: "role" }, role)), h(Value, { value, markdown: true })));

/** @param {{ used: Used, trace_id: string }} props */
const Chip = ({ used, trace_id }) =>
  li(null, a({ class: used.failed ? "chip is-error" : "chip", href: href("traces", trace_id, { span: used.span, q: "", since: "", until: "" }), title: used.failed ? `${used.name} failed` : used.name },
    KindMark({ kind: used.type }), span({ class: "line" }, used.name.split("/").at(-1)), used.count > 1 ? span({ class: "muted" }, `× ${used.count}`) : null, used.failed ? "failed" : null));

/** @param {string} trace_id @param {AbortSignal} signal */
async function load(trace_id, signal) {
  const { spans, next_cursor } = await get(`traces/${trace_id}`, { view: "skeleton", limit: MOST_SPANS }, signal);
  const turn = turnOf(spans, Boolean(next_cursor));
  const wanted = [...new Set([turn.asked, turn.answered].filter(Boolean))];
  const found = new Map(await Promise.all(wanted.map(async (id) => /** @type {[string, any]} */ ([id, await get(`spans/${id}`, { trace_id }, signal)]))));
  return { turn, asked: found.get(turn.asked)?.input, answered: found.get(turn.answered)?.output };
}
