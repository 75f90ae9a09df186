/** JSON as text: indented, with lines that are drawn when they come into sight; to copy and to keep. */
import { useMemo } from "preact/hooks";
import { h, tags } from "../../../dom.js";
import { bytes, number } from "../../../format.js";
import { CopyButton } from "../../../parts/copy.js";
import { save } from "../../../parts/download.js";
import { visible } from "../../../parts/messages/visible.js";
import { VirtualList, rowStyle } from "../../../parts/virtual.js";

const { div, button, span } = tags;
const LINE_PX = 18;
const LONGEST = 2_000;
/** Indenting more would stop the page; it is shown as it came. */
const MOST_INDENTED = 20_000_000;

/** @param {{ text: string, name: string }} props */
export function Source({ text, name }) {
  const whole = useMemo(() => indented(text), [text]);
  const blob = useMemo(() => new Blob([text], { type: "application/json" }), [text]);
  const lines = useMemo(() => whole.split("\n"), [whole]);
  /** @param {number} index */
  const row = (index) => {
    const line = lines[index] ?? "";
    const long = line.length > LONGEST;
    return div({ class: "row source-line", key: index, style: rowStyle(index, LINE_PX) }, visible(long ? line.slice(0, LONGEST) : line),
      long ? span({ class: "faint" }, ` … ${number(line.length - LONGEST)} more`) : null);
  };
  return div({ class: "t-source" },
    div({ class: "row-of source-head" },
      span({ class: "faint small grow" }, `${number(lines.length)} lines, ${bytes(blob.size)}`),
      h(CopyButton, { text: whole, label: "Copy the JSON" }),
      button({ class: "button quiet", onClick: () => save(blob, name) }, "Download")),
    div({ class: "source-lines" }, h(VirtualList, { count: lines.length, height: LINE_PX, row, attributes: { role: "region", "aria-label": "JSON" } })));
}

/** @param {string} text */
function indented(text) {
  if (text.length > MOST_INDENTED) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
