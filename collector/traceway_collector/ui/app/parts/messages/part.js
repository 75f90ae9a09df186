/** One part of a message. */
import { useState } from "preact/hooks";
import { classes, h, tags } from "../../dom.js";
import { Icon } from "../../icons.js";
import { Json } from "../json.js";
import { Image, Medium } from "./media.js";
import { Text } from "./text.js";
import { brief } from "./value.js";
import { oneLine } from "./visible.js";

/** @import { ComponentChildren } from "preact" */

const { div, button, span, code } = tags;

/** @param {{ part: any, raw?: boolean, lines?: number }} props */
export function Part({ part, raw = false, lines }) {
  if (part === null || typeof part !== "object") return h(Text, { text: String(part) });
  const content = typeof part.content === "string" ? part.content : null;
  switch (part.type) {
    case "text":
      return h(Text, { text: content ?? brief(part), markdown: !raw, lines });
    case "reasoning":
      return h(Folded, { name: "Reasoning", shown: content ?? "", kind: "reasoning", children: h(Text, { text: content ?? brief(part) }) });
    case "refusal":
      return div({ class: "msg-refusal" }, span({ class: "is-warning" }, "Refused: "), h(Text, { text: content ?? "" }));
    case "tool_call":
    case "server_tool_call":
      return h(ToolCall, { name: part.name ?? part.server_tool_call?.type ?? "tool", value: part.arguments ?? part.server_tool_call?.arguments });
    case "tool_call_response":
    case "server_tool_call_response":
      return h(ToolResult, { value: part.response ?? part.server_tool_call_response, failed: part.is_error === true });
    case "blob":
      return content && String(part.mime_type ?? "").startsWith("image/") ? h(Image, { data: content, mime: part.mime_type }) : h(Medium, { part });
    case "uri":
    case "file":
    case "omitted":
      return h(Medium, { part });
    default:
      return h(Json, { value: part.type === "json" ? part.content : part });
  }
}

/** One line that opens. @param {{ name: ComponentChildren, shown: string, kind: string, label?: string, open?: boolean, children: ComponentChildren }} props */
export function Folded({ name, shown, kind, label, open: first = false, children }) {
  const [open, setOpen] = useState(first);
  return div({ class: classes("folded", kind) },
    button({ class: "fold", "aria-expanded": open, title: label, onClick: () => setOpen(!open) },
      span({ class: "fold-arrow" }, h(Icon, { name: open ? "down" : "chevron", size: 12 })), span({ class: "fold-what" }, name ?? (open ? label : null)),
      open ? null : span({ class: "line faint grow" }, h("bdi", null, oneLine(shown)))),
    open ? div({ class: "fold-inside" }, children) : null);
}

/** @param {{ name?: string, value: unknown }} props without a name where it stands above already */
export const ToolCall = ({ name, value }) =>
  h(Folded, { kind: "tool-call", name: name ? code(null, oneLine(name)) : null, label: "Arguments",
    shown: value === null || value === undefined ? "" : name ? `(${brief(value)})` : brief(value),
    children: typeof value === "string" ? h(Text, { text: value }) : h(Json, { value: value ?? null }) });

/** @param {{ value: unknown, failed?: boolean }} props */
export const ToolResult = ({ value, failed = false }) =>
  div({ class: classes("tool-result", failed && "is-error") }, span({ class: "faint", "aria-label": "result" }, "→"),
    typeof value === "string" ? h(Text, { text: value, lines: 6 })
    : isSmall(value) ? code({ class: "grow" }, brief(value, 400))
    : h(Json, { value: value ?? null }));

/** @param {unknown} value */
const isSmall = (value) => value === null || typeof value !== "object" || (JSON.stringify(value) ?? "").length < 160;
