/**
 * How two texts differ, inline or side by side. Lines are computed apart from how they are drawn: `linesOfTexts` for
 * texts that are here, `linesOfUnified` for what the server compared.
 */
import { diffWordsWithSpace, structuredPatch } from "diff";
import { useMemo, useState } from "preact/hooks";
import { classes, h, tags } from "../dom.js";
import { number } from "../format.js";
import { kept } from "../settings.js";
import { visible } from "./messages/visible.js";

/** @import { ComponentChildren } from "preact" */

const { div, table, tbody, tr, td, button, span, ins, del, p } = tags;

/** @typedef {{ type: "same" | "added" | "removed" | "gap", before: number | null, after: number | null, text: string }} Line */

const AT_FIRST = 400;
const MAX_CHARS = 2_000_000;
const LONGEST_LINE = 4_000;

/** Side by side or inline, as this browser last chose. */
const sideBySide = kept("diff.side", false);

/** @param {string} before @param {string} after @param {number} [context] lines around a change @returns {Line[]} */
export function linesOfTexts(before, after, context = 3) {
  if (before.length + after.length > MAX_CHARS) return [{ type: "gap", before: null, after: null, text: "Too long to compare here" }];
  const patch = structuredPatch("", "", before, after, "", "", { context, timeout: 2000 });
  if (!patch) return [{ type: "gap", before: null, after: null, text: "They differ too much to compare line by line" }];
  return patch.hunks.flatMap((hunk) => linesOfHunk(hunk.oldStart, hunk.newStart, hunk.lines));
}

/** @param {string} unified hunks as `diff -u` writes them @returns {Line[]} */
function linesOfUnified(unified) {
  /** @type {Line[]} */
  const found = [];
  let head = /** @type {RegExpMatchArray | null} */ (null);
  /** @type {string[]} */
  let body = [];
  const close = () => {
    if (head) found.push(...linesOfHunk(Number(head[1]), Number(head[2]), body));
    body = [];
  };
  for (const line of unified.replace(/\n$/, "").split("\n")) {
    const next = line.match(/^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/);
    if (next) {
      close();
      head = next;
    } else body.push(line);
  }
  close();
  return found;
}

/** @param {number} before @param {number} after @param {string[]} lines @returns {Line[]} */
function linesOfHunk(before, after, lines) {
  /** @type {Line[]} */
  const found = before > 1 || after > 1 ? [{ type: "gap", before: null, after: null, text: "⋯" }] : [];
  for (const line of lines) {
    const text = line.slice(1);
    if (line.startsWith("+")) found.push({ type: "added", before: null, after: after++, text });
    else if (line.startsWith("-")) found.push({ type: "removed", before: before++, after: null, text });
    else if (line.startsWith("\\")) continue;
    else found.push({ type: "same", before: before++, after: after++, text });
  }
  return found;
}

/** Removed and added lines that stand for each other, next to each other. @param {Line[]} lines @returns {[Line | null, Line | null][]} */
function pairsOf(lines) {
  /** @type {[Line | null, Line | null][]} */
  const pairs = [];
  for (let at = 0; at < lines.length; ) {
    const line = /** @type {Line} */ (lines[at]);
    if (line.type === "same" || line.type === "gap") {
      pairs.push([line, line]);
      at++;
      continue;
    }
    const from = at;
    while (lines[at]?.type === "removed") at++;
    const removed = lines.slice(from, at);
    const middle = at;
    while (lines[at]?.type === "added") at++;
    const added = lines.slice(middle, at);
    for (let n = 0; n < Math.max(removed.length, added.length); n++) pairs.push([removed[n] ?? null, added[n] ?? null]);
  }
  return pairs;
}

/** @param {{ lines: Line[] }} props */
export function Diff({ lines }) {
  const [most, setMost] = useState(AT_FIRST);
  const pairs = useMemo(() => pairsOf(lines), [lines]);
  if (!lines.length) return p({ class: "muted diff-none" }, "No difference");
  const side = sideBySide.value;
  const count = side ? pairs.length : lines.length;
  return div(
    { class: "diff" },
    div({ class: "row-of diff-bar" },
      span({ class: "muted grow" }, `${lines.filter((line) => line.type === "added").length} added, ${lines.filter((line) => line.type === "removed").length} removed`),
      button({ class: "button quiet", "aria-pressed": side, onClick: () => (sideBySide.value = !side) }, "Side by side")),
    div({ class: "diff-scroll" },
      table({ class: side ? "side" : "inline" },
        tbody(null, side ? pairs.slice(0, most).map((pair, key) => h(SideRow, { key, pair })) : inlineRows(pairs).slice(0, most)))),
    count > most ? button({ class: "button quiet", onClick: () => setMost(most * 10) }, `Show ${number(count - most)} more lines`) : null,
  );
}

/** What the server compared. @param {{ diff: string }} props as `diff -u` writes it */
export const UnifiedDiff = ({ diff }) => h(Diff, { lines: useMemo(() => linesOfUnified(diff), [diff]) });

/** @param {[Line | null, Line | null][]} pairs @returns {ComponentChildren[]} */
function inlineRows(pairs) {
  /** @type {ComponentChildren[]} */
  const rows = [];
  let added = /** @type {ComponentChildren[]} */ ([]);
  const flush = () => {
    rows.push(...added);
    added = [];
  };
  pairs.forEach(([before, after], n) => {
    if (before && before === after) {
      flush();
      rows.push(h(InlineRow, { key: `s${n}`, line: before, other: null }));
      return;
    }
    if (before) rows.push(h(InlineRow, { key: `r${n}`, line: before, other: after }));
    if (after) added.push(h(InlineRow, { key: `a${n}`, line: after, other: before }));
  });
  flush();
  return rows;
}

/** @param {{ line: Line, other: Line | null }} props */
const InlineRow = ({ line, other }) =>
  line.type === "gap"
    ? tr({ class: "gap" }, td({ colSpan: 4 }, line.text))
    : tr({ class: line.type }, td({ class: "no" }, line.before), td({ class: "no" }, line.after), td({ class: "sign" }, signOf(line)), td(null, h(Words, { line, other })));

/** @param {{ pair: [Line | null, Line | null] }} props */
function SideRow({ pair: [before, after] }) {
  if (before?.type === "gap") return tr({ class: "gap" }, td({ colSpan: 6 }, before.text));
  return tr(null, half(before, after, before?.before ?? null), half(after, before, after?.after ?? null));
}

/** @param {Line | null} line @param {Line | null} other @param {number | null} no */
const half = (line, other, no) => [
  td({ class: "no" }, no),
  td({ class: classes("sign", line && line.type !== "same" && line.type) }, line ? signOf(line) : null),
  td({ class: classes("half", line ? line.type !== "same" && line.type : "nothing") }, line ? h(Words, { line, other }) : null),
];

/** @param {Line} line */
const signOf = (line) => (line.type === "added" ? "+" : line.type === "removed" ? "−" : "");

/** A line, with the words that changed marked where another line stands for it. @param {{ line: Line, other: Line | null }} props */
function Words({ line, other }) {
  if (line.type === "same" || !other || line.text.length + other.text.length > LONGEST_LINE) return span(null, visible(line.text) || " ");
  const [before, after] = line.type === "removed" ? [line.text, other.text] : [other.text, line.text];
  const parts = diffWordsWithSpace(before, after);
  const alike = parts.reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.value.length), 0);
  if (alike * 3 < line.text.length) return span(null, visible(line.text));
  return span(null, parts.map((part, key) => {
    if (part.added) return line.type === "added" ? ins({ key }, visible(part.value)) : null;
    if (part.removed) return line.type === "removed" ? del({ key }, visible(part.value)) : null;
    return visible(part.value);
  }));
}
