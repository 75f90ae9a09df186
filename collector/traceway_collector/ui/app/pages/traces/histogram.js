/**
 * When the traces of the list began, those with errors in red below. Dragging zooms to a range; with the keys, arrows walk the
 * bars, Shift extends, Enter zooms. The height is reserved before anything is known.
 */
import { useRef, useState } from "preact/hooks";
import { post } from "../../api.js";
import { classes, h, tags } from "../../dom.js";
import { number } from "../../format.js";
import { useRefresh } from "../../live.js";
import { useLoad } from "../../load.js";
import { patch } from "../../router.js";
import { bucketsOf, countOf, rangeOf, tickOf, timeOf } from "./buckets.js";

/** @import { Bucket } from "./buckets.js" */
/** @import { Query } from "../../api.js" */

const { div, span, svg, g, rect } = tags;
const REFRESH_MS = 2000;
const TICKS = 5;

/** @param {{ query: Query }} props */
export function Histogram({ query }) {
  const filter = Object.fromEntries(Object.entries(query).filter(([, value]) => value));
  const asked = { metrics: ["trace_count", "error_trace_count"], group_by: ["time"], bucket: "auto", fill: "zero", filter };
  const loaded = useLoad(`histogram ${JSON.stringify(filter)}`, (signal) => post("analytics", asked, signal));
  useRefresh(loaded.reload, REFRESH_MS);
  const buckets = loaded.data ? bucketsOf(loaded.data) : [];
  return div({ class: "histogram" },
    buckets.length ? h(Bars, { buckets }) : span({ class: "histogram-none faint" }, loaded.error ? loaded.error.message : loaded.data ? "Nothing in this range" : ""));
}

/** @param {{ buckets: Bucket[] }} props */
function Bars({ buckets }) {
  const [over, setOver] = useState(-1);
  const [from, setFrom] = useState(-1);
  const plot = useRef(/** @type {HTMLDivElement | null} */ (null));
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const at = (/** @type {PointerEvent} */ { clientX }) => {
    const { left, width } = /** @type {HTMLElement} */ (plot.current).getBoundingClientRect();
    return Math.max(0, Math.min(buckets.length - 1, Math.floor(((clientX - left) / width) * buckets.length)));
  };
  const zoom = (/** @type {number} */ one, /** @type {number} */ other) => {
    const [a, b] = [buckets[one], buckets[other]];
    setFrom(-1);
    if (a && b) patch(rangeOf(a, b));
  };
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step) {
      setFrom(event.shiftKey ? (from < 0 ? over : from) : -1);
      setOver(Math.max(0, Math.min(buckets.length - 1, over < 0 ? (step > 0 ? 0 : buckets.length - 1) : over + step)));
    } else if (event.key === "Enter" && over >= 0) zoom(from < 0 ? over : from, over);
    else if (event.key === "Escape" && over >= 0) (setOver(-1), setFrom(-1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const bucket = buckets[over];
  const tick = tickOf(buckets);
  return div({ class: "histogram-inside" },
    span({ class: "histogram-most faint", title: "The highest bar" }, number(Math.max(...buckets.map(({ count }) => count)))),
    div({
      class: "histogram-plot", ref: plot, tabIndex: 0, role: "slider", "aria-label": "Traces over time: arrows walk, Shift extends, Enter zooms in", "aria-valuemin": 0,
      "aria-valuemax": buckets.length - 1, "aria-valuenow": Math.max(0, over), "aria-valuetext": bucket ? `${timeOf(bucket)}: ${countOf(bucket)}` : `${buckets.length} bars`,
      onKeyDown: pressed, onBlur: () => (setOver(-1), setFrom(-1)), onPointerLeave: () => from < 0 && setOver(-1),
      onPointerMove: (event) => setOver(at(event)),
      onPointerDown: (event) => event.button === 0 && (event.currentTarget.setPointerCapture(event.pointerId), setFrom(at(event)), setOver(at(event))),
      onPointerUp: (event) => from >= 0 && (at(event) === from ? setFrom(-1) : zoom(from, at(event))),
      onPointerCancel: () => setFrom(-1),
      onDblClick: (event) => zoom(at(/** @type {any} */ (event)), at(/** @type {any} */ (event))),
    },
      svg({ viewBox: `0 0 ${buckets.length} ${most}`, preserveAspectRatio: "none", "aria-hidden": "true" },
        buckets.map(({ start_ms, count, errors }, index) =>
          g({ key: start_ms, class: classes("bar", inside(index, from, over) && "over") },
            rect({ class: "bar-ground", x: index, y: 0, width: 1, height: most }),
            rect({ class: "bar-ok", x: index + 0.1, y: most - count, width: 0.8, height: Math.max(0, count - errors) }),
            rect({ class: "bar-error", x: index + 0.1, y: most - errors, width: 0.8, height: errors })))),
      bucket ? div({ class: classes("float histogram-tip", over > buckets.length / 2 && "left"), style: { left: `${((over + 0.5) / buckets.length) * 100}%` } },
        span(null, from >= 0 && from !== over ? spanOf(buckets, from, over) : timeOf(bucket)), span({ class: "muted" }, countOf(sum(buckets, from < 0 ? over : from, over)))) : null),
    div({ class: "histogram-ticks faint", "aria-hidden": "true" },
      Array.from({ length: TICKS }, (_, n) => span({ key: n }, tick(timeAt(buckets, n / (TICKS - 1)))))));
}

/** @param {number} index @param {number} from @param {number} over */
const inside = (index, from, over) => (from < 0 ? index === over : index >= Math.min(from, over) && index <= Math.max(from, over));

/** @param {Bucket[]} buckets @param {number} from @param {number} over */
function sum(buckets, from, over) {
  const part = buckets.slice(Math.min(from, over), Math.max(from, over) + 1);
  return { start_ms: 0, end_ms: 0, count: part.reduce((all, { count }) => all + count, 0), errors: part.reduce((all, { errors }) => all + errors, 0) };
}

/** @param {Bucket[]} buckets @param {number} from @param {number} over */
const spanOf = (buckets, from, over) => timeOf({ ...sum(buckets, 0, 0), start_ms: buckets[Math.min(from, over)]?.start_ms ?? 0, end_ms: buckets[Math.max(from, over)]?.end_ms ?? 0 });

/** @param {Bucket[]} buckets @param {number} share */
const timeAt = (buckets, share) => {
  const [start_ms, end_ms] = [buckets[0]?.start_ms ?? 0, buckets.at(-1)?.end_ms ?? 0];
  return start_ms + (end_ms - start_ms) * share;
};
