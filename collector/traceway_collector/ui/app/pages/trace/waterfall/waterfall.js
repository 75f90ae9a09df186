/** The waterfall: the tree on the left, bars on one time axis on the right, an overview above when there are many. */
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { classes, h, tags } from "../../../dom.js";
import { durationNs, plural } from "../../../format.js";
import { useKeys } from "../../../keys.js";
import { VirtualList } from "../../../parts/virtual.js";
import { param, patch } from "../../../router.js";
import { rowHeight } from "../../../settings.js";
import { nodeOf } from "../graph/nodes.js";
import { select, toggle } from "../state.js";
import { hasChildren, visibleRows } from "../tree.js";
import { longGap, makeAxis } from "./axis.js";
import { Minimap } from "./minimap.js";
import { Row } from "./rows.js";
import { useNarrow } from "./narrow.js";

/** @import { Axis, Span } from "./axis.js" */
/** @import { State } from "../state.js" */
/** @import { Tree } from "../tree.js" */

const { div, span, button, p } = tags;
const MANY = 200;
const asked = { zoom: param("zoom"), gap: param("gap") };

/** @param {{ tree: Tree, state: State, mine: () => boolean }} props */
export function Waterfall({ tree, state, mine }) {
  const only = useMemo(() => (state.only ? (/** @type {number} */ row) => nodeOf(tree.columns, row)?.id === state.only : null), [tree, state.only]);
  const rows = useMemo(() => visibleRows(tree, state.folded, only), [tree, state.folded, only]);
  const places = useMemo(() => new Map(Array.from(rows, (row, index) => [row, index])), [rows]);
  const [seen, setSeen] = useState(/** @type {[number, number]} */ ([0, 0]));
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const narrow = useNarrow(box);
  const height = rowHeight() + (narrow ? 16 : 0);
  const zoom = readZoom(asked.zoom.value, tree.length_ns);
  const gap = useMemo(() => longGap(tree), [tree]);
  const pressed = gap && asked.gap.value !== "wide";
  const axis = useMemo(() => makeAxis(zoom, pressed ? gap : null, narrow ? 3 : 6), [zoom.from, zoom.to, gap, pressed, narrow]);
  const selected = state.span ? (places.get(tree.rowOf.get(state.span) ?? -1) ?? -1) : -1;
  const scroller = () => box.current?.querySelector(".virtual");
  const onZoom = useCallback((/** @type {Span} */ next) => patch({ zoom: writeZoom(next, tree.length_ns) }, { replace: true }), [tree.length_ns]);
  useWalk({ tree, rows, selected, state, mine });

  /** @param {number} index */
  const row = (index) => {
    const at = rows[index] ?? 0;
    const id = tree.columns.id[at] ?? "";
    return h(Row, { key: id, tree, row: at, index, height, axis, selected: index === selected, folded: state.folded.has(id) && hasChildren(tree, at),
      dim: Boolean(only && !only(at)) });
  };
  return div({ class: classes("waterfall", narrow && "narrow"), ref: box, onClick: (event) => clicked(event, tree, state) },
    only ? h(Only, { state, count: countOf(rows, only) }) : null,
    rows.length >= MANY ? h(Minimap, { tree, rows, seen, zoom, onZoom, onScroll: (index) => void scroller()?.scrollTo({ top: index * height }) }) : null,
    rows.length
      ? h(VirtualList, {
        count: rows.length, height, row, selected, keyOf: (index) => tree.columns.id[rows[index] ?? 0] ?? "",
          placeOf: (key) => places.get(tree.rowOf.get(String(key)) ?? -1) ?? -1,
        seen: (first, last) => setSeen((old) => (old[0] === first && old[1] === last ? old : [first, last])),
        head: h(Head, { tree, axis, zoom, gap, pressed: Boolean(pressed), onZoom }),
        attributes: { role: "tree", "aria-label": "Spans", "aria-activedescendant": state.span ? `row-${state.span}` : undefined },
      })
      : p({ class: "state" }, "No span is left by this filter."));
}

/** @param {Int32Array} rows @param {(row: number) => boolean} only */
const countOf = (rows, only) => rows.reduce((sum, row) => sum + Number(only(row)), 0);

/** @param {{ state: State, count: number }} props */
const Only = ({ state, count }) =>
  div({ class: "t-only" }, "Only ", span({ class: "chip" }, state.only.slice(state.only.indexOf(":") + 1)), span({ class: "faint" }, plural(count, "span")),
    button({ class: "button quiet", onClick: () => patch({ only: null }) }, "Show all"));

/** @param {{ tree: Tree, axis: Axis, zoom: Span, gap: Span | null, pressed: boolean, onZoom: (zoom: Span) => void }} props */
function Head({ tree, axis, zoom, gap, pressed, onZoom }) {
  const whole = zoom.from <= 0 && zoom.to >= tree.length_ns;
  return div({ class: "t-axis", "aria-hidden": "true" },
    div({ class: "tree-cell" },
      whole ? null : button({ class: "button quiet tiny", tabIndex: -1, onClick: () => onZoom({ from: 0, to: tree.length_ns }) }, "Whole run"),
      gap ? button({ class: "button quiet tiny", tabIndex: -1, title: `${durationNs(gap.to - gap.from)} in which nothing ran`,
        onClick: () => patch({ gap: pressed ? "wide" : null }, { replace: true }) }, pressed ? "Show the pause" : "Press the pause") : null),
    div({ class: "bar-cell" },
      axis.ticks.map(({ ns, place }) => span({ class: "tick", key: ns, style: { left: `${place * 100}%` } }, durationNs(ns))),
      axis.gap ? span({ class: "pause", style: { left: `${axis.gap.left * 100}%`, width: `${axis.gap.width * 100}%` },
        title: gap ? `${durationNs(gap.to - gap.from)} in which nothing ran` : "" }) : null));
}

/** @param {MouseEvent} event @param {Tree} tree @param {State} state */
function clicked(event, tree, state) {
  const target = event.target instanceof Element ? event.target : null;
  const row = target?.closest("[data-row]");
  if (!(row instanceof HTMLElement)) return;
  const id = tree.columns.id[Number(row.dataset.row)] ?? "";
  if (target?.closest("[data-twist]")) toggle(tree.trace.id, state.folded, id);
  else select(id, { open: true });
}

/** The keys of the tree. @param {{ tree: Tree, rows: Int32Array, selected: number, state: State, mine: () => boolean }} how */
function useWalk({ tree, rows, selected, state, mine }) {
  const idAt = (/** @type {number} */ index) => tree.columns.id[rows[index] ?? 0] ?? "";
  const step = (/** @type {number} */ by) => () => {
    if (!mine() || !rows.length) return false;
    const to = Math.min(Math.max(selected + by, 0), rows.length - 1);
    select(idAt(to));
  };
  const turn = (/** @type {boolean} */ fold) => () => {
    if (!mine() || selected < 0) return false;
    const row = rows[selected] ?? 0;
    const id = idAt(selected);
    if (hasChildren(tree, row) && state.folded.has(id) !== fold) return toggle(tree.trace.id, state.folded, id, fold);
    const parent = tree.columns.parent[row] ?? -1;
    if (fold && parent >= 0) return select(tree.columns.id[parent] ?? "");
    if (!fold && hasChildren(tree, row)) return select(idAt(selected + 1));
  };
  useKeys("Waterfall", [
    { keys: "j ArrowDown", label: "Next span", run: step(1) },
    { keys: "k ArrowUp", label: "Previous span", run: step(-1) },
    { keys: "PageDown", label: "A page down", run: step(20) },
    { keys: "PageUp", label: "A page up", run: step(-20) },
    { keys: "Home", label: "First span", run: step(-Infinity) },
    { keys: "End", label: "Last span", run: step(Infinity) },
    { keys: "ArrowLeft", label: "Fold, or to the parent", run: turn(true) },
    { keys: "ArrowRight", label: "Unfold, or to the first child", run: turn(false) },
    { keys: "Enter", label: "Open the span", run: () => (mine() && state.span ? select(state.span, { open: true }) : false) },
  ]);
}

/** "12.5-40" of a thousand, as the URL has it. @param {string} text @param {number} length_ns @returns {Span} */
function readZoom(text, length_ns) {
  const [from, to] = text.split("-").map(Number);
  if (from === undefined || to === undefined || !(from < to) || from < 0 || to > 1000) return { from: 0, to: length_ns };
  return { from: (from * length_ns) / 1000, to: (to * length_ns) / 1000 };
}

/** @param {Span} zoom @param {number} length_ns */
function writeZoom({ from, to }, length_ns) {
  const places = [from, to].map((ns) => Number(((ns * 1000) / length_ns).toFixed(2)));
  return (places[0] ?? 0) <= 0 && (places[1] ?? 1000) >= 1000 ? null : places.join("-");
}
