/** Every attribute of a span and of its resource: found by typing, copied, or made a filter. */
import { useState } from "preact/hooks";
import { h, tags } from "../../../dom.js";
import { Icon } from "../../../icons.js";
import { CopyButton } from "../../../parts/copy.js";
import { Json } from "../../../parts/json.js";
import { Text } from "../../../parts/messages/text.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { asked } from "../../../shell/filter/asked.js";
import { standing, toggle } from "../../../shell/filter/clauses.js";
import { isKey } from "../../../shell/filter/words.js";

const { div, input, section, h3, dl, dt, dd, button, p, bdi } = tags;

/** @param {{ span: any }} props */
export function Attributes({ span }) {
  const [find, setFind] = useState("");
  const { otel } = span;
  const groups = [
    { title: "Span", prefix: "attr", values: otel.attributes, lost: otel.dropped_attributes_count },
    { title: "Resource", prefix: "resource", values: otel.resource, lost: 0 },
    { title: "Scope", prefix: "",
      values: { ...(otel.scope.name ? { name: otel.scope.name } : {}), ...(otel.scope.version ? { version: otel.scope.version } : {}),
      ...otel.scope.attributes }, lost: 0 },
    { title: "OpenTelemetry", prefix: "", values: facts(span), lost: 0 },
  ];
  const wanted = find.trim().toLowerCase();
  const found = groups.map((group) => ({ ...group, pairs: Object.entries(group.values).filter((pair) => !wanted || matches(pair, wanted)) }));
  return div({ class: "t-attributes" },
    input({ class: "input", type: "search", placeholder: "Find in names and values", "aria-label": "Find attributes", value: find,
      onInput: (event) => setFind(event.currentTarget.value) }),
    found.map(({ title, prefix, pairs, lost }) =>
      pairs.length || lost
        ? section({ key: title }, h3(null, title),
          dl({ class: "pairs" }, pairs.map(([name, value]) => h(Pair, { key: name, name, value, prefix }))),
          lost ? p({ class: "is-warning small" }, `${lost} more were dropped before they were sent.`) : null)
        : null),
    found.some(({ pairs }) => pairs.length) ? null : p({ class: "faint" }, wanted ? "None matches." : "It has none."));
}

/** @param {[string, unknown]} pair @param {string} wanted */
const matches = ([name, value], wanted) => name.toLowerCase().includes(wanted)
  || (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 100_000).toLowerCase().includes(wanted);

/** @param {any} span */
const facts = (span) => ({
  span_kind: span.otel.kind, status_code: span.otel.status_code, ...(span.otel.status_message ? { status_message: span.otel.status_message } : {}),
  kind_source: span.kind_source, started_at: span.started_at, ended_at: span.ended_at, span_id: span.id, parent_id: span.parent_id,
  ...(span.otel.trace_state ? { trace_state: span.otel.trace_state } : {}), flags: span.otel.flags,
});

/** @param {{ name: string, value: unknown, prefix: string }} props */
function Pair({ name, value, prefix }) {
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  const plain = value !== null && typeof value !== "object" && shown.length <= 400;
  return [
    dt({ key: "name", class: "mono" }, bdi(null, oneLine(name))),
    dd({ key: "value" },
      div({ class: "grow" }, typeof value === "string" ? h(Text, { text: value, lines: 6 }) : h(Json, { value })),
      div({ class: "tools" },
        prefix && plain && isKey(name) ? button({ class: "button quiet icon", title: "Filter by this", "aria-label": `Filter by ${oneLine(name, 80)}`,
          onClick: () => filterBy(`${prefix}.${name}`, shown) }, h(Icon, { name: "filter", size: 14 })) : null,
        h(CopyButton, { label: `Copy ${oneLine(name, 80)}`, text: shown }))),
  ];
}

/** Add a condition to the filter of the page. @param {string} key @param {string} value */
function filterBy(key, value) {
  if (standing(asked.value.clauses, key, value) !== "is") toggle(key, value);
}
