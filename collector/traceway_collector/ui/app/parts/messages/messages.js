/** Messages as chat: who said what, tool calls on one line, thoughts dimmed, long texts cut. */
import { useState } from "preact/hooks";
import { classes, h, tags } from "../../dom.js";
import { plural } from "../../format.js";
import { CopyButton } from "../copy.js";
import { Part } from "./part.js";
import { Text } from "./text.js";

/** @import { Message as Said, Piece } from "./known.js" */

const { div, button, span } = tags;

const ROLES = /** @type {Record<string, string>} */ ({ system: "System", developer: "Developer", user: "User", assistant: "Assistant", tool: "Tool" });

/** @param {{ messages: readonly Said[] }} props */
export const Messages = ({ messages }) => div({ class: "messages" }, messages.map((message, n) => h(Message, { key: n, message })));

/** Messages, those that were there before folded. @param {{ pieces: readonly Piece[] }} props */
export const Pieces = ({ pieces }) =>
  div({ class: "messages" },
    pieces.map((piece, n) => ("message" in piece ? h(Message, { key: n, message: piece.message }) : h(Unchanged, { key: n, messages: piece.messages }))));

/** @param {{ messages: readonly Said[] }} props */
function Unchanged({ messages }) {
  const [open, setOpen] = useState(false);
  return div({ class: "unchanged" },
    button({ class: "fold", "aria-expanded": open, onClick: () => setOpen(!open) }, `… ${plural(messages.length, "earlier message")}, unchanged`),
    open ? h(Messages, { messages }) : null);
}

/** @param {{ message: Said }} props */
export function Message({ message }) {
  const [raw, setRaw] = useState(false);
  const { role } = message;
  const quiet = role === "system" || role === "developer";
  const texts = message.parts.filter((part) => typeof part?.content === "string" && part.type === "text");
  return div({ class: classes("message", `of-${ROLES[role] ? role : "other"}`) },
    div({ class: "who" },
      span({ class: "role" }, ROLES[role] ?? role, message.name ? span({ class: "faint" }, ` ${message.name}`) : null),
      span({ class: "tools" },
        texts.length && !quiet
          ? button({ class: "button quiet tiny", "aria-pressed": raw, title: "Show the text as it was written", onClick: () => setRaw(!raw) }, "raw") : null,
        h(CopyButton, { label: "Copy the message", text: () => copied(message) }))),
    message.parts.length
      ? message.parts.map((part, n) => h(Part, { key: n, part, raw: raw || role === "tool", lines: quiet ? 3 : undefined }))
      : div({ class: "faint" }, "nothing said"),
    message.truncated ? div({ class: "faint small" }, "cut off by the length limit of who recorded it") : null);
}

/** @param {Said} message */
const copied = (message) =>
  message.parts.map((part) => (typeof part?.content === "string" ? part.content
    : JSON.stringify(part?.type === "tool_call" ? part : (part?.response ?? part), null, 2))).join("\n\n");

export { Text };
