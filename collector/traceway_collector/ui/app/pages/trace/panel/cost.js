/** What a call took and what it cost: each class of tokens, its price, where the price is from, or why it is not known. */
import { get } from "../../../api.js";
import { h, tags } from "../../../dom.js";
import { UNKNOWN, money, number } from "../../../format.js";
import { useLoad } from "../../../load.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { Loading } from "../../../parts/states.js";

const { div, table, thead, tbody, tfoot, tr, th, td, p, span: span_ } = tags;

const CLASSES = /** @type {Record<string, string>} */ ({
  input: "Input", output: "Output", cached_input: "Read from cache", cache_write: "Written to cache", cache_read: "Read from cache",
  reasoning: "Reasoning", request: "Request",
});

const perMillion = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 6 });

/** @param {{ span: any }} props */
export function Cost({ span }) {
  const loaded = useLoad(`price ${span.trace_id} ${span.id}`, (signal) => get(`spans/${span.id}/price`, { trace_id: span.trace_id }, signal), { keep: false });
  return h(Loading, { loaded, lines: 4, show: (/** @type {any} */ price) => h(Price, { price, span }) });
}

/** @param {{ price: any, span: any }} props */
function Price({ price, span }) {
  const details = [["Reasoning, within the output", span.kind.reasoning_tokens]].filter(([, count]) => count !== null && count !== undefined
    && !price.classes.some((/** @type {any} */ each) => each.class === "reasoning"));
  return div({ class: "t-cost" },
    table({ class: "t-figures" },
      thead(null, tr(null, th(null, "Tokens"), th({ class: "right" }, "Count"), th({ class: "right" }, "$ per million"), th({ class: "right" }, "Cost"))),
      tbody(null,
        price.classes.map((/** @type {any} */ each) => tr({ key: each.class },
          td(null, CLASSES[each.class] ?? oneLine(each.class)), td({ class: "right" }, number(each.tokens)),
          td({ class: "right", title: each.usd_per_million === null ? "No price is known" : undefined },
            each.usd_per_million === null ? UNKNOWN : perMillion.format(each.usd_per_million)),
          td({ class: "right", title: each.usd === null ? "Not known" : `$${each.usd}` }, money(each.usd)))),
        details.map(([name, count]) => tr({ key: name, class: "muted" }, td(null, name), td({ class: "right" }, number(count)), td(null, ""), td(null, "")))),
      tfoot(null, tr(null, td(null, "Total"), td({ class: "right" }, number(sum(span.kind))), td(null, ""),
        td({ class: "right", title: price.total_usd === null ? "Not known" : `$${price.total_usd}` }, money(price.total_usd))))),
    price.source ? p({ class: "muted" },
      price.source === "reported" ? "The application itself reported this cost." : ["Price from ", span_({ class: "mono" }, oneLine(price.source))],
      price.date && !price.source.includes(price.date) ? `, as of ${price.date}` : "") : null,
    price.why_unknown ? div({ class: "notice warning" }, oneLine(price.why_unknown, 600)) : null);
}

/** @param {any} kind */
const sum = (kind) => (kind.input_tokens === null && (kind.output_tokens ?? null) === null ? null : (kind.input_tokens ?? 0) + (kind.output_tokens ?? 0));
