/** How much of a long text is shown at first. Pure. */

const LINES = 24;
const CHARS = 4_000;
/** What "show all" adds at a time: a browser lays out so much at once without a pause. */
const STEP = 200_000;

/**
 * @param {string} text @param {number} steps how often more was asked for @param {number} [lines]
 * @returns {{ shown: string, rest: number }} `rest`: characters that are left out
 */
export function cut(text, steps, lines = LINES) {
  const most = steps ? steps * STEP : CHARS;
  let end = Math.min(text.length, most);
  if (!steps) {
    let at = -1;
    for (let line = 0; line < lines; line++) {
      at = text.indexOf("\n", at + 1);
      if (at < 0 || at >= end) break;
      if (line === lines - 1) end = at;
    }
  }
  // Not in the middle of a letter, and not for the sake of a few.
  if (text.length - end < 40) end = text.length;
  else if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1] ?? "")) end--;
  return { shown: text.slice(0, end), rest: text.length - end };
}
