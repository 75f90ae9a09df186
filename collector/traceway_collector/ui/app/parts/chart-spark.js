/** A line without axes, for "about how much lately". The figure stands beside it: the line itself is decoration. */
import { tags } from "../dom.js";

const { svg, path } = tags;

/**
 * @param {object} props
 * @param {readonly { at_ms: number, value: number }[]} props.samples oldest first
 * @param {number} props.span_ms how far back the left edge is
 * @param {number} [props.now_ms] @param {number} [props.width] @param {number} [props.height]
 */
export function Spark({ samples, span_ms, now_ms = Date.now(), width = 160, height = 32 }) {
  return svg({ class: "spark", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
    path({ class: "spark-ground", d: `M0 ${height - 0.5}H${width}` }),
    path({ class: "spark-line", d: sparkPath(samples, span_ms, now_ms, width, height) }));
}

/**
 * @param {readonly { at_ms: number, value: number }[]} samples @param {number} span_ms @param {number} now_ms
 * @param {number} width @param {number} height @returns {string} "" for less than two samples
 */
function sparkPath(samples, span_ms, now_ms, width, height) {
  const seen = samples.filter(({ at_ms }) => at_ms >= now_ms - span_ms);
  if (seen.length < 2) return "";
  const most = Math.max(...seen.map(({ value }) => value), Number.MIN_VALUE);
  return seen.map(({ at_ms, value }, n) => {
    const x = width * (1 - (now_ms - at_ms) / span_ms);
    const y = height - 1 - (height - 2) * (value / most);
    return `${n ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
}
