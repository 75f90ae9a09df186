/** Which messages of a call were there before: what agents send again and again is shown once. Pure. */

/** @typedef {{ role: string, parts: any[], name?: string, finish_reason?: string, truncated?: boolean }} Message */
/** @typedef {{ message: Message } | { unchanged: number, messages: Message[] }} Piece */

/** A number that is the same for the same message, whether it was answered or sent along. @param {Message} message */
function fingerprint(message) {
  let hash = mix(7, message.role);
  for (const part of message.parts) {
    // Thoughts are often not sent back.
    if (part?.type === "reasoning") continue;
    const said = typeof part?.content === "string" ? part.content.trim() : JSON.stringify(part?.arguments ?? part?.response ?? part) ?? "";
    hash = mix(mix(mix(hash, String(part?.type)), String(part?.name ?? part?.id ?? "")), said);
  }
  return hash;
}

/** @param {number} hash @param {string} text */
function mix(hash, text) {
  let low = hash | 0;
  let high = (hash / 4294967296) | 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return 4294967296 * (2097151 & high) + (low >>> 0);
}

/** How often each message occurs. @param {readonly Message[]} messages @returns {Map<number, number>} */
function counted(messages) {
  const counts = new Map();
  for (const message of messages) {
    const print = fingerprint(message);
    counts.set(print, (counts.get(print) ?? 0) + 1);
  }
  return counts;
}

/**
 * Messages with those that one of the earlier conversations had folded into "n earlier messages".
 * @param {readonly Message[]} messages @param {readonly (readonly Message[])[]} earlier inputs with their outputs @returns {Piece[]}
 */
export function sinceBefore(messages, earlier) {
  const before = earlier.map(counted);
  /** @type {Map<number, number>} */
  const seen = new Map();
  /** @type {Piece[]} */
  const pieces = [];
  for (const message of messages) {
    const print = fingerprint(message);
    const nth = (seen.get(print) ?? 0) + 1;
    seen.set(print, nth);
    const last = pieces.at(-1);
    if (!before.some((counts) => (counts.get(print) ?? 0) >= nth)) pieces.push({ message });
    else if (last && "unchanged" in last) {
      last.unchanged++;
      last.messages.push(message);
    } else pieces.push({ unchanged: 1, messages: [message] });
  }
  return pieces;
}
