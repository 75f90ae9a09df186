/** Lines or stacked bars over time on a canvas: exact values under the pointer, a drag zooms, a press opens what is behind. */
import uPlot from "uplot";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { h, tags } from "../dom.js";
import { exact } from "../format.js";
import { axisTimes } from "./chart-axis.js";
import { colourOf, painted } from "./chart-colours.js";

const { div, span } = tags;
const MOST_SHOWN = 10;
/** A press that moved less is no drag, in pixels. */
const STILL = 4;

/**
 * @typedef {{ label: string, letter: string, colour: string, dash: number[], values: readonly (number | null)[], before?: readonly (number | null)[] | null }} Series
 * `colour`: a custom property; `before`: the period before, drawn dashed and faint
 */

/**
 * @typedef {object} ChartProps
 * @property {string} label @property {readonly number[]} times_ms beginnings of buckets @property {number} bucket_ms
 * @property {number} from_ms @property {number} to_ms
 * @property {readonly Series[]} series
 * @property {readonly (readonly number[])[] | null} piled for bars: upper ends of each series' piece; null draws lines
 * @property {(value: number | null) => string} format @property {number[]} [steps] between lines of the value axis, where multiples of ten are none of the unit's
 * @property {(from_ms: number, to_ms: number) => void} onZoom
 * @property {(index: number, series: number) => void} onPick
 */

/** @typedef {{ index: number, series: number, left: number, flipped: boolean }} Under what is under the pointer */

/** @param {ChartProps} props */
export function Chart(props) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const drawn = useRef(/** @type {uPlot | null} */ (null));
  const latest = useRef(props);
  latest.current = props;
  const [under, setUnder] = useState(/** @type {Under | null} */ (null));
  const paint = painted.value;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const size = { width: Math.max(element.clientWidth, 40), height: Math.max(element.clientHeight, 40) };
    const chart = new uPlot(optionsOf(props, size, latest, setUnder), dataOf(props), element);
    drawn.current = chart;
    return () => chart.destroy();
  }, [props.series, props.times_ms, props.piled, props.from_ms, props.to_ms, paint]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => drawn.current?.setSize({ width: Math.max(element.clientWidth, 40), height: Math.max(element.clientHeight, 40) }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return div({ class: "chart", role: "img", "aria-label": props.label, onPointerLeave: () => setUnder(null) },
    div({ class: "chart-canvas", ref: box }), under ? h(Tip, { props, under }) : null);
}

/** @param {{ props: ChartProps, under: Under }} given */
function Tip({ props, under }) {
  const at_ms = props.times_ms[under.index];
  if (at_ms === undefined) return null;
  const values = props.series.map((each, n) => ({ each, n, value: each.values[under.index] ?? null, before: each.before?.[under.index] }));
  const shown = values.filter(({ value }) => value !== null && (props.piled === null || value !== 0)).slice(0, MOST_SHOWN);
  return div({ class: "float chart-tip", style: under.flipped ? { right: `${under.left}px` } : { left: `${under.left}px` } },
    div({ class: "muted" }, exact(new Date(at_ms).toISOString()).replace(/\.000$/, "")),
    shown.length ? shown.map(({ each, n, value, before }) =>
      div({ class: n === under.series ? "row-of is-near" : "row-of", key: n }, h(Swatch, each), span({ class: "grow line" }, each.label), span(null, props.format(value)),
        before === undefined || before === null ? null : span({ class: "muted", title: "the period before" }, `before ${props.format(before)}`))) : div({ class: "muted" }, "nothing here"));
}

/** The mark of a series: its letter on its colour. @param {{ letter: string, colour: string }} props */
export const Swatch = ({ letter, colour }) => span({ class: "swatch", style: { background: `var(${colour})` }, "aria-hidden": "true" }, letter);

/** @param {ChartProps} props @returns {uPlot.AlignedData} */
function dataOf({ times_ms, series, piled }) {
  const at = times_ms.map((ms) => ms / 1000);
  // The highest pile is drawn first and the others over it.
  if (piled) return /** @type {uPlot.AlignedData} */ ([at, ...piled.toReversed(), ...befores(series)]);
  return /** @type {uPlot.AlignedData} */ ([at, ...series.map(({ values }) => values), ...befores(series)]);
}

/** @param {readonly Series[]} series */
const befores = (series) => series.flatMap(({ before }) => (before ? [before] : []));

/** @param {ChartProps} props @param {{ width: number, height: number }} size @param {{ current: ChartProps }} latest @param {(under: Under | null) => void} setUnder @returns {uPlot.Options} */
function optionsOf(props, size, latest, setUnder) {
  const [muted, line] = [colourOf("--muted"), colourOf("--line")];
  const axis = { stroke: muted, font: "11px system-ui, sans-serif", grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
  const padded = props.piled ? props.bucket_ms : 0;
  return {
    ...size,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: !props.piled, size: 7 } },
    scales: {
      x: { time: true, range: () => [props.from_ms / 1000, Math.max(props.to_ms, (props.times_ms.at(-1) ?? 0) + padded) / 1000] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] },
    },
    axes: [
      { ...axis, size: 24, space: 70, values: (_, splits, __, ___, step_s) => axisTimes(splits, step_s) },
      { ...axis, size: (_, labels) => 20 + 6.2 * Math.max(3, ...(labels ?? []).map((each) => each.length)), space: 32, ...(props.steps ? { incrs: props.steps } : {}),
        values: (_, splits) => splits.map((value) => props.format(value)) },
    ],
    series: [{}, ...seriesOf(props)],
    hooks: { setCursor: [(chart) => setUnder(underOf(chart, latest.current))], setSelect: [(chart) => zoom(chart, latest.current)], ready: [(chart) => listen(chart, latest)] },
  };
}

/** @param {ChartProps} props @returns {uPlot.Series[]} */
function seriesOf({ series, piled }) {
  const bars = piled ? uPlot.paths.bars?.({ size: [0.84, 60], align: 1 }) : undefined;
  const drawn = series.map(({ colour, dash }) => {
    const stroke = colourOf(colour);
    return piled ? { fill: stroke, stroke, width: 0, paths: bars, points: { show: false } } : { stroke, width: 1.75, dash, paths: pieces, points: { show: true, size: 5, fill: stroke, filter: alone } };
  });
  const before = series.flatMap(({ before: values, colour }) =>
    values ? [{ stroke: colourOf(piled ? "--muted" : colour), width: 1, dash: [3, 4], alpha: 0.7, paths: pieces, points: { show: false } }] : []);
  return [...(piled ? drawn.toReversed() : drawn), ...before];
}

/**
 * A line from value to value that ends at a gap. The library draws on through gaps and cuts them out, which leaves slivers.
 * @param {uPlot} chart @param {number} series @param {number} first @param {number} last @returns {uPlot.Series.Paths}
 */
function pieces(chart, series, first, last) {
  const stroke = new Path2D();
  let within = false;
  for (let at = first; at <= last; at++) {
    const value = chart.data[series]?.[at];
    const known = value !== null && value !== undefined;
    if (known) {
      const x = chart.valToPos(/** @type {number} */ (chart.data[0][at]), "x", true);
      stroke[within ? "lineTo" : "moveTo"](x, chart.valToPos(value, "y", true));
    }
    within = known;
  }
  return { stroke };
}

/** Values with nothing beside them, which a line cannot show. @param {uPlot} chart @param {number} series */
function alone(chart, series) {
  const values = chart.data[series] ?? [];
  const is = (/** @type {number} */ at) => values[at] !== null && values[at] !== undefined;
  return Array.from(values, (_, at) => at).filter((at) => is(at) && !is(at - 1) && !is(at + 1));
}

/** @param {uPlot} chart @param {ChartProps} props @returns {Under | null} */
function underOf(chart, props) {
  const { idx, left = -1, top = -1 } = chart.cursor;
  if (idx === null || idx === undefined || left < 0) return null;
  const at = props.piled ? Math.max(0, props.times_ms.findLastIndex((ms) => ms / 1000 <= chart.posToVal(left, "x"))) : idx;
  const flipped = left > chart.over.clientWidth / 2;
  const place = flipped ? chart.over.clientWidth - left + 24 : left + chart.over.offsetLeft + 12;
  return { index: at, series: nearest(props, at, chart.posToVal(top, "y")), left: place, flipped };
}

/** The series that is meant: the piece of the pile, or the closest line. @param {ChartProps} props @param {number} index @param {number} value */
function nearest({ piled, series }, index, value) {
  if (piled) return Math.max(0, piled.findIndex((upper) => (upper[index] ?? 0) >= value));
  const away = series.map(({ values }) => Math.abs((values[index] ?? Infinity) - value));
  return Math.max(0, away.indexOf(Math.min(...away)));
}

/** @param {uPlot} chart @param {ChartProps} props */
function zoom(chart, props) {
  const { left, width } = chart.select;
  if (width < STILL) return;
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  props.onZoom(chart.posToVal(left, "x") * 1000, chart.posToVal(left + width, "x") * 1000);
}

/** A press without a drag. @param {uPlot} chart @param {{ current: ChartProps }} latest */
function listen(chart, latest) {
  let from = 0;
  chart.over.addEventListener("mousedown", (event) => (from = event.clientX));
  chart.over.addEventListener("click", (event) => {
    const under = underOf(chart, latest.current);
    if (under && Math.abs(event.clientX - from) < STILL) latest.current.onPick(under.index, under.series);
  });
}
