/** Whatever a span carries: messages as chat, text as text, everything else as a tree. */
import { h } from "../../dom.js";
import { Json } from "../json.js";
import { Messages } from "./messages.js";
import { Text } from "./text.js";

/** @param {unknown} value */
export const isMessages = (value) =>
  Array.isArray(value) && value.length > 0
    && value.every((each) => each && typeof each === "object" && typeof each.role === "string" && Array.isArray(each.parts));

/** @param {{ value: unknown, markdown?: boolean }} props */
export function Value({ value, markdown = false }) {
  if (isMessages(value)) return h(Messages, { messages: /** @type {any[]} */ (value) });
  if (typeof value === "string") return h(Text, { text: value, markdown });
  return h(Json, { value });
}

/** A value on one line. @param {unknown} value @param {number} [most] characters */
export function brief(value, most = 200) {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.slice(0, most);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return JSON.stringify(value.slice(0, 20)).slice(0, most);
  const pairs = [];
  let length = 0;
  for (const [key, each] of Object.entries(value)) {
    const shown = typeof each === "string" ? JSON.stringify(each.slice(0, most)) : (JSON.stringify(each) ?? "").slice(0, most);
    pairs.push(`${key}: ${shown}`);
    length += shown.length + key.length;
    if (length > most) break;
  }
  return pairs.join(", ").slice(0, most);
}
