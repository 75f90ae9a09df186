/** A query and the documents that were found for it, with their scores. */
import { useState } from "preact/hooks";
import { h, tags } from "../../../dom.js";
import { Json } from "../../../parts/json.js";
import { Folded } from "../../../parts/messages/part.js";
import { Text } from "../../../parts/messages/text.js";
import { Value, brief } from "../../../parts/messages/value.js";
import { oneLine } from "../../../parts/messages/visible.js";

const { div, ol, li, span, i, button, p } = tags;

/** @param {{ query: unknown, documents: unknown, most?: number }} props `most`: shown at first */
export function Documents({ query, documents, most = 20 }) {
  const [all, setAll] = useState(false);
  const list = Array.isArray(documents) ? documents : null;
  const best = Math.max(...(list ?? []).map((each) => (typeof each?.score === "number" ? Math.abs(each.score) : 0)), 0) || 1;
  return div({ class: "documents" },
    query === null || query === undefined ? null
      : div({ class: "query" }, span({ class: "faint small" }, "Query "),
      typeof query === "string" ? h(Text, { text: query, lines: 4 }) : h(Json, { value: query })),
    list === null
      ? (documents === null || documents === undefined ? p({ class: "faint" }, "What was found was not recorded") : h(Value, { value: documents }))
      : ol(null, (all ? list : list.slice(0, most)).map((each, n) => h(Found, { key: n, document: each, best, n }))),
    list && list.length > most && !all ? button({ class: "button quiet", onClick: () => setAll(true) }, `${list.length - most} more`) : null);
}

/** @param {{ document: any, best: number, n: number }} props */
function Found({ document, best, n }) {
  if (!document || typeof document !== "object") return li(null, h(Json, { value: document }));
  const { id, score, content, metadata } = document;
  return li({ class: "found" },
    div({ class: "row-of small" },
      span({ class: "faint" }, String(n + 1)),
      typeof score === "number"
        ? span({ class: "score", title: `score ${score}` }, i({ style: { width: `${Math.min(100, (Math.abs(score) / best) * 100)}%` } })) : null,
      score === undefined || score === null ? null : span(null, typeof score === "number" ? score.toPrecision(3) : oneLine(String(score), 20)),
      id === undefined || id === null ? null : span({ class: "mono line faint" }, oneLine(String(id), 80))),
    content === undefined ? null : typeof content === "string" ? h(Text, { text: content, lines: 4 }) : h(Json, { value: content }),
    metadata ? h(Folded, { kind: "metadata", name: "metadata", shown: brief(metadata), children: h(Json, { value: metadata }) }) : null);
}
