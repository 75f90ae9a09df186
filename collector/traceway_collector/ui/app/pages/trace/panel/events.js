/** The events of a span, exceptions with their stacks, and the links to other spans. */
import { h, tags } from "../../../dom.js";
import { durationNs, exact } from "../../../format.js";
import { Json } from "../../../parts/json.js";
import { Text } from "../../../parts/messages/text.js";
import { oneLine, visible } from "../../../parts/messages/visible.js";
import { href } from "../../../router.js";

const { div, section, h3, ol, li, span: span_, p, a, b, bdi } = tags;
const EXCEPTION = { type: "exception.type", message: "exception.message", stack: "exception.stacktrace" };

/** @param {{ span: any }} props */
export function Events({ span }) {
  const { events, links, dropped_events_count, dropped_links_count } = span.otel;
  return div({ class: "t-events" },
    section(null, h3(null, "Events"),
      events.length ? ol(null, events.map((/** @type {any} */ event, /** @type {number} */ n) => h(One, { key: n, event, start_ns: span.start_ns })))
        : p({ class: "faint" }, "None"),
      dropped_events_count ? p({ class: "is-warning small" }, `${dropped_events_count} more were dropped before they were sent.`) : null),
    section(null, h3(null, "Links"),
      links.length ? ol(null, links.map((/** @type {any} */ link, /** @type {number} */ n) => h(Linked, { key: n, link }))) : p({ class: "faint" }, "None"),
      dropped_links_count ? p({ class: "is-warning small" }, `${dropped_links_count} more were dropped before they were sent.`) : null));
}

/** @param {{ event: any, start_ns: string | null }} props */
function One({ event, start_ns }) {
  const after = start_ns ? Number(BigInt(event.time_ns) - BigInt(start_ns)) : null;
  const failed = event.name === "exception";
  const { [EXCEPTION.type]: type, [EXCEPTION.message]: message, [EXCEPTION.stack]: stack, ...rest } = failed ? event.attributes : { ...event.attributes };
  return li({ class: failed ? "t-event failed" : "t-event" },
    div({ class: "row-of" },
      b({ class: failed ? "is-error line" : "line" }, bdi(null, oneLine(failed && type ? String(type) : event.name, 200))),
      span_({ class: "grow" }), span_({ class: "faint small", title: exact(event.occurred_at) }, after === null ? "" : `+${durationNs(Math.max(after, 0))}`)),
    message ? p(null, bdi(null, visible(String(message).slice(0, 4000)))) : null,
    stack ? div({ class: "t-stack" }, h(Text, { text: String(stack), lines: 16 })) : null,
    Object.keys(rest).length ? h(Json, { value: rest }) : null);
}

/** @param {{ link: any }} props */
const Linked = ({ link }) =>
  li({ class: "t-event" },
    a({ class: "mono", href: href("traces", link.trace_id ?? "", { span: link.span_id, panel: "content", tab: "waterfall" }) },
      `trace ${(link.trace_id ?? "").slice(0, 8)}, span ${link.span_id}`),
    Object.keys(link.attributes).length ? h(Json, { value: link.attributes }) : null);
