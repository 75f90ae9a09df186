/** The whole trace as OTLP JSON, equal to what was sent; loaded when asked for if it is large. */
import { useState } from "preact/hooks";
import { getText } from "../../../api.js";
import { h, tags } from "../../../dom.js";
import { plural } from "../../../format.js";
import { useLoad } from "../../../load.js";
import { download } from "../../../parts/download.js";
import { Empty, Loading } from "../../../parts/states.js";
import { Source } from "./source.js";

/** @import { Tree } from "../tree.js" */

const { button, p, div } = tags;
const MOST_AT_ONCE = 500;

/** @param {{ tree: Tree }} props */
export function Raw({ tree }) {
  const { id } = tree.trace;
  const [asked, ask] = useState(tree.count <= MOST_AT_ONCE);
  const loaded = useLoad(asked ? `otlp ${id} ${tree.trace.span_count}` : null, (signal) => getText(`traces/${id}/otlp`, {}, signal));
  if (asked) return h(Loading, { loaded, show: (/** @type {string} */ text) => h(Source, { text, name: `trace-${id.slice(0, 8)}.otlp.json` }) });
  return h(Empty, { title: "OTLP JSON" },
    p(null, `${plural(tree.trace.span_count, "span")} with everything in them may be many megabytes.`),
    div({ class: "row-of" }, button({ class: "button", onClick: () => ask(true) }, "Show it"),
      button({ class: "button", onClick: () => void download(`traces/${id}/export`, { format: "otlp" }) }, "Download")));
}
