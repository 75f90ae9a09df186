/** What a call says that was not said before. Pure. */
import { sinceBefore } from "../../../parts/messages/known.js";

/** @import { Message, Piece } from "../../../parts/messages/known.js" */

/** @param {unknown} value @returns {Message[]} */
const messagesOf = (value) =>
  Array.isArray(value) ? value.filter((each) => each && typeof each === "object" && typeof each.role === "string" && Array.isArray(each.parts)) : [];

/**
 * @param {any} span the call
 * @param {readonly any[]} earlier calls it may go on from
 * @param {readonly any[]} before @param {readonly any[]} after tools around it
 * @returns {{ heard: Piece[], answered: Message[], recorded: boolean }}
 */
export function said(span, earlier, before, after) {
  const heard = sinceBefore(messagesOf(span.input), earlier.map((each) => [...messagesOf(each.input), ...messagesOf(each.output)]));
  // What a tool was told and said stands at its own span, if that recorded it.
  const told = new Set(after.filter((tool) => tool.input !== null).map((tool) => tool.kind.call_id).filter(Boolean));
  const returned = new Set(before.filter((tool) => tool.output !== null || tool.error).map((tool) => tool.kind.call_id).filter(Boolean));
  return {
    heard: heard.flatMap((piece) => /** @type {Piece[]} */ ("message" in piece
      ? without(piece.message, "tool_call_response", returned).map((message) => ({ message })) : [piece])),
    answered: messagesOf(span.output).flatMap((message) => without(message, "tool_call", told)),
    recorded: span.input !== null || span.output !== null,
  };
}

/**
 * A message without the parts that are shown elsewhere; none if nothing is left.
 * @param {Message} message
 * @param {string} type
 * @param {Set<string>} ids
 * @returns {Message[]}
 */
function without(message, type, ids) {
  const parts = message.parts.filter((part) => !(part?.type === type && ids.has(part.id)));
  if (parts.length === message.parts.length) return [message];
  return parts.length ? [{ ...message, parts }] : [];
}
