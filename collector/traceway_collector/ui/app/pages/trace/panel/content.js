/** What went into a span and what came out, shown as fits its kind. */
import { h, tags } from "../../../dom.js";
import { Icon } from "../../../icons.js";
import { Json } from "../../../parts/json.js";
import { Folded } from "../../../parts/messages/part.js";
import { Text } from "../../../parts/messages/text.js";
import { Value, brief, isMessages } from "../../../parts/messages/value.js";
import { CopyButton } from "../../../parts/copy.js";
import { visible } from "../../../parts/messages/visible.js";
import { Documents } from "./documents.js";
import { FileContent } from "./file-content.js";

const { div, section, h3, p, span: span_, bdi, b } = tags;

/** @param {{ span: any }} props */
export const Content = ({ span }) => div({ class: "t-content" }, h(Failed, { span }), byKind(span));

/** @param {any} span */
function byKind(span) {
  switch (span.kind.type) {
    case "tool":
      return [h(Part, { key: "in", title: "Arguments", value: span.kind.arguments }), h(Part, { key: "out", title: "Result", value: span.kind.result })];
    case "retrieval":
    case "rerank":
      return h(Documents, { query: span.kind.query, documents: span.kind.documents });
    case "fs_read":
    case "fs_write":
      return h(FileContent, { kind: span.kind, before: span.otel.attributes["traceway.fs.content.hash_before"] });
    case "llm_call":
      return [h(Tools, { key: "tools", tools: span.tool_definitions }), h(Part, { key: "in", title: "Input", value: span.input }),
        h(Part, { key: "out", title: "Output", value: span.output }), h(Finish, { key: "end", span })];
    case "embedding":
      return [h(Part, { key: "in", title: "Texts", value: span.input }),
        span.kind.dimensions ? p({ key: "size", class: "muted" }, `${span.kind.dimensions} dimensions`) : null];
    default:
      return [h(Part, { key: "in", title: "Input", value: span.input }), h(Part, { key: "out", title: "Output", value: span.output })];
  }
}

/** @param {{ span: any }} props */
const Failed = ({ span }) =>
  span.error
    ? div({ class: "notice error failure" }, h(Icon, { name: "warning", size: 14 }),
      div({ class: "grow" }, span.error.type ? b(null, bdi(null, visible(span.error.type)), " ") : null,
        h(Text, { text: span.error.message ?? "failed without a message", lines: 8 })))
    : null;

/** @param {{ title: string, value: unknown }} props */
function Part({ title, value }) {
  const nothing = value === null || value === undefined;
  return section(null,
    div({ class: "part-head" }, h3(null, title),
      nothing ? null : h(CopyButton, { label: `Copy: ${title}`, text: () => (typeof value === "string" ? value : JSON.stringify(value, null, 2)) })),
    nothing ? p({ class: "faint" }, "Not recorded") : h(Value, { value, markdown: !isMessages(value) && typeof value === "string" }));
}

/** @param {{ tools: any[] | null }} props */
const Tools = ({ tools }) =>
  tools?.length
    ? h(Folded, { kind: "definitions", name: `${tools.length} tools offered`, shown: tools.map((tool) => tool?.name ?? "?").join(", "),
      children: h(Json, { value: tools }) })
    : null;

/** @param {{ span: any }} props */
const Finish = ({ span }) => (span.kind.finish_reasons
  ? p({ class: "muted small" }, "Ended with: ", span_({ class: "mono" }, brief(span.kind.finish_reasons.join(", ")))) : null);
