/** The editor of a panel, beside the grid: what it asks and how it shows the answer, tried at once. */
import { useState } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { Icon } from "../../icons.js";
import { useKeys } from "../../keys.js";
import { patch } from "../../router.js";
import { arrange } from "./dashboards.js";
import { settled } from "./layout.js";
import { nameOf, SHAPES, titleOf } from "./panels.js";
import { PanelBody } from "./panel.js";

/** @import { Panel, Shape } from "./panels.js" */
/** @import { Range } from "./query.js" */
/** @import { Schema } from "./units.js" */

const { aside, form, div, h2, label, input, select, option, button, span, fieldset, legend } = tags;
const MOST_METRICS = 4;
const BUCKETS = ["auto", "1m", "5m", "15m", "1h", "6h", "1d", "7d"];
const TIMES = new Set(["time", "minute", "hour", "day"]);

/** @param {{ panel: Panel, panels: readonly Panel[], range: Range, schema: Schema }} props */
export function Editor({ panel, panels, range, schema }) {
  const [draft, setDraft] = useState(panel);
  const isNew = !panels.some(({ id }) => id === panel.id);
  const close = () => patch({ edit: "" }, { replace: true });
  const change = (/** @type {Partial<Panel>} */ part) => setDraft((old) => ({ ...old, ...part }));
  useKeys("Panel editor", [{ keys: "Escape", label: "Close without a change", run: close }]);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    arrange(settled(isNew ? [...panels, draft] : panels.map((each) => (each.id === draft.id ? { ...draft, x: each.x, y: each.y, w: each.w, h: each.h } : each))), { edit: "" });
  };
  return aside({ class: "charts-editor", "aria-label": isNew ? "New panel" : `Edit ${titleOf(panel)}` },
    form({ onSubmit: submit },
      div({ class: "row-of" }, h2({ class: "grow" }, isNew ? "New panel" : "Edit panel"),
        button({ class: "button quiet icon", type: "button", "aria-label": "Close", onClick: close }, h(Icon, { name: "close", size: 14 }))),
      div({ class: "charts-preview", role: "region", "aria-label": "Preview" }, h(PanelBody, { panel: draft, range, schema, as_table: false, turn: 0 })),
      h(Fields, { draft, change, schema }),
      div({ class: "row-of charts-answers" },
        button({ class: "button", type: "button", onClick: close }, "Cancel"), button({ class: "button primary", type: "submit" }, isNew ? "Add" : "Apply"))));
}

/** @param {{ draft: Panel, change: (part: Partial<Panel>) => void, schema: Schema }} props */
function Fields({ draft, change, schema }) {
  const over_time = draft.shape === "line" || draft.shape === "bar";
  const asks = draft.shape !== "slowest";
  const reshape = (/** @type {Shape} */ shape) => change({ shape, ...(shape !== "slowest" && !draft.metrics.length ? { metrics: ["span_count"] } : {}) });
  return div({ class: "fields" },
    label(null, "Title", input({ class: "input", value: draft.title, placeholder: titleOf({ ...draft, title: "" }), ref: focusOnce, onInput: (event) => change({ title: event.currentTarget.value }) })),
    label(null, "Show as", choice(draft.shape, Object.entries(SHAPES), (shape) => reshape(/** @type {Shape} */ (shape)))),
    asks ? h(Metrics, { draft, change, schema }) : null,
    asks && draft.shape !== "number" ? h(GroupBy, { draft, change, schema }) : null,
    over_time ? label(null, "Bucket", choice(draft.bucket, BUCKETS.map((each) => [each, each === "auto" ? "automatic" : each]), (bucket) => change({ bucket }))) : null,
    draft.group || draft.shape === "slowest" ? label(null, over_time ? "Told apart (the rest is “other”)" : "Rows",
      input({ class: "input", type: "number", min: 1, max: 50, value: draft.top, onChange: (event) => change({ top: Math.min(Math.max(Number(event.currentTarget.value) || 1, 1), 50) }) })) : null,
    label(null, "Only spans that match", input({ class: "input mono", value: draft.q, placeholder: "kind:llm_call model:gpt*", spellcheck: false, onChange: (event) => change({ q: event.currentTarget.value.trim() }) })),
    asks && draft.shape !== "table" ? label({ class: "check" }, input({ type: "checkbox", checked: draft.previous, onChange: (event) => change({ previous: event.currentTarget.checked }) }), "Compare with the period before") : null);
}

/** @param {{ draft: Panel, change: (part: Partial<Panel>) => void, schema: Schema }} props */
function Metrics({ draft, change, schema }) {
  const about = (/** @type {string} */ metric) => schema.metrics.find(({ name }) => name === metric)?.about ?? "";
  const set = (/** @type {number} */ at, /** @type {string} */ metric) => change({ metrics: draft.metrics.map((each, n) => (n === at ? metric : each)) });
  const names = schema.metrics.map(({ name }) => /** @type {[string, string]} */ ([name, nameOf(name)]));
  const unused = names.find(([name]) => !draft.metrics.includes(name))?.[0];
  return fieldset(null, legend(null, "Metrics"),
    draft.metrics.map((metric, n) => div({ key: n, class: "metric" },
      div({ class: "row-of" }, choice(metric, names.filter(([name]) => name === metric || !draft.metrics.includes(name)), (chosen) => set(n, chosen), `Metric ${n + 1}`),
        draft.metrics.length > 1 ? button({ class: "button quiet icon", type: "button", "aria-label": `Without ${nameOf(metric)}`, onClick: () => change({ metrics: draft.metrics.filter((_, at) => at !== n) }) }, h(Icon, { name: "close", size: 12 })) : null),
      span({ class: "muted small" }, about(metric)))),
    draft.metrics.length < MOST_METRICS && unused ? button({ class: "button quiet", type: "button", onClick: () => change({ metrics: [...draft.metrics, unused] }) }, h(Icon, { name: "plus", size: 12 }), "One more") : null);
}

/** @param {{ draft: Panel, change: (part: Partial<Panel>) => void, schema: Schema }} props */
function GroupBy({ draft, change, schema }) {
  const own = /^(attr|resource)\./.test(draft.group);
  const names = schema.group_by.map(({ name }) => name).filter((name) => !TIMES.has(name) && !name.includes("<"));
  const given = /** @type {[string, string][]} */ ([["", "nothing"], ...names.map((name) => [name, name]), ["attr.", "an attribute …"]]);
  return div({ class: "fields" },
    label(null, "Group by", choice(own ? "attr." : draft.group, given, (group) => change({ group }))),
    own || draft.group === "attr." ? label(null, "Attribute", input({ class: "input mono", value: draft.group, placeholder: "attr.gen_ai.request.temperature", spellcheck: false,
      title: "attr.NAME of the span or resource.NAME of the resource", onChange: (event) => change({ group: event.currentTarget.value.trim() }) })) : null);
}

/** @param {string} value @param {[string, string][]} among @param {(value: string) => void} chosen @param {string} [name] */
const choice = (value, among, chosen, name) =>
  select({ class: "input", value, "aria-label": name, onChange: (event) => chosen(event.currentTarget.value) }, among.map(([id, text]) => option({ key: id, value: id, selected: id === value }, text)));

/** @param {HTMLInputElement | null} element */
const focusOnce = (element) => {
  if (element && !element.closest("form")?.contains(document.activeElement)) element.focus();
};
