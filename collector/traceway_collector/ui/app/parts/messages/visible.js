/**
 * Characters that hide: controls, those that turn the direction of text, those without width, and the invisible tags that
 * carry orders past a reader. They are shown as what they are, so that nobody is deceived by how a text looks. Pure.
 */

// Marks that Arabic, Hebrew and emoji need (LRM, RLM, ALM, ZWNJ, ZWJ) stay.
const CONTROLS = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f";
const UNSEEN = "\\u00ad\\u200b\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb";
const HIDDEN = new RegExp(`[${CONTROLS}${UNSEEN}]|[\\u{e0000}-\\u{e007f}]+`, "gu");

/** @param {string} text */
export const visible = (text) => text.replace(HIDDEN, named);

/** The same on one line. @param {string | null | undefined} text @param {number} [most] characters */
export const oneLine = (text, most = 400) => visible((text ?? "").slice(0, most).replace(/\s+/g, " "));

/** @param {string} found */
function named(found) {
  const code = found.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "␡";
  // Letters in disguise: what they spell.
  if (code >= 0xe0000) return `‹hidden: ${[...found].map((each) => letter(each.codePointAt(0) ?? 0)).join("")}›`;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}

/** @param {number} code */
const letter = (code) => (code >= 0xe0020 && code < 0xe007f ? String.fromCharCode(code - 0xe0000) : "·");
