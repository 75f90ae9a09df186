/** Content as plain text, for comparing: messages one after another, anything else as JSON with stable keys. Pure. */

/** @param {unknown} content messages of the OTel GenAI shape, JSON or null @returns {string} */
export function plain(content) {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  if (Array.isArray(content) && content.every(isMessage)) return content.map(message).join("\n\n");
  return JSON.stringify(sorted(content), null, 2);
}

/** @param {any} value */
const isMessage = (value) => value && typeof value === "object" && typeof value.role === "string" && Array.isArray(value.parts);

/** @param {{ role: string, parts: any[] }} message */
const message = ({ role, parts }) => `${role}:\n${parts.map(part).join("\n")}`;

/** @param {any} part */
function part(part) {
  if (part.type === "text" || part.type === "reasoning") return String(part.content ?? "");
  if (part.type === "tool_call") return `→ ${part.name}(${json(part.arguments)})`;
  if (part.type === "tool_call_response") return `← ${json(part.response ?? part.result)}`;
  return json(part);
}

/** @param {unknown} value */
const json = (value) => (typeof value === "string" ? value : JSON.stringify(sorted(value), null, 2) ?? "");

/** @param {any} value @returns {any} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
