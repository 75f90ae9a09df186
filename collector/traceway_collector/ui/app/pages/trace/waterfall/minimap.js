/**
 * The whole run in one small picture, a line a row. The frame shows what is in sight: pull it to go elsewhere, pull its
 * sides to look closer.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { h, tags } from "../../../dom.js";
import { theme } from "../../../settings.js";

/** @import { Span } from "./axis.js" */
/** @import { Tree } from "../tree.js" */

const { div, canvas } = tags;
const HEIGHT = 56;

/**
 * @param {object} props
 * @param {Tree} props.tree
 * @param {Int32Array} props.rows shown
 * @param {[number, number]} props.seen the first and the last of them in sight
 * @param {Span} props.zoom what part of the run is in sight
 * @param {(zoom: Span) => void} props.onZoom
 * @param {(index: number) => void} props.onScroll to a row
 */
export function Minimap({ tree, rows, seen, zoom, onZoom, onScroll }) {
  const paper = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = paper.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (paper.current && width) draw(paper.current, width, tree, rows);
  }, [tree, rows, width, theme.value]);

  const whole = tree.length_ns;
  const frame = {
    left: `${(100 * zoom.from) / whole}%`, width: `${(100 * (zoom.to - zoom.from)) / whole}%`,
    top: `${(100 * seen[0]) / Math.max(rows.length, 1)}%`, height: `${Math.max((100 * (seen[1] - seen[0])) / Math.max(rows.length, 1), 6)}%`,
  };
  const drag = usePull({ tree, rows, seen, zoom, onZoom, onScroll });
  return div({ class: "t-minimap", style: { height: `${HEIGHT}px` }, onPointerDown: drag,
    title: "Pull the frame to go elsewhere, its sides to look closer. Twice: all of it.", onDblClick: () => onZoom({ from: 0, to: whole }) },
    canvas({ ref: paper, height: HEIGHT, role: "img", "aria-label": `Overview of ${rows.length} spans` }),
    div({ class: "frame-box", "data-part": "frame", style: frame }, div({ class: "side left", "data-part": "left" }),
      div({ class: "side right", "data-part": "right" })));
}

/** @param {{ tree: Tree, rows: Int32Array, seen: [number, number], zoom: Span, onZoom: (zoom: Span) => void, onScroll: (index: number) => void }} how */
function usePull({ tree, rows, seen, zoom, onZoom, onScroll }) {
  return (/** @type {PointerEvent} */ event) => {
    const box = event.currentTarget;
    if (!(box instanceof HTMLElement) || !(event.target instanceof HTMLElement)) return;
    event.preventDefault();
    const part = event.target.dataset.part ?? "map";
    const area = box.getBoundingClientRect();
    const timeAt = (/** @type {number} */ x) => Math.min(Math.max((x - area.left) / area.width, 0), 1) * tree.length_ns;
    const rowAt = (/** @type {number} */ y) => Math.min(Math.max((y - area.top) / area.height, 0), 1) * rows.length;
    const size = zoom.to - zoom.from;
    const half = (seen[1] - seen[0]) / 2;
    const grip = part === "frame" ? { time: timeAt(event.clientX) - zoom.from, row: rowAt(event.clientY) - seen[0] } : { time: size / 2, row: half };
    const least = tree.length_ns / 10_000;
    const move = (/** @type {PointerEvent} */ at) => {
      if (part === "left") return onZoom({ from: Math.min(timeAt(at.clientX), zoom.to - least), to: zoom.to });
      if (part === "right") return onZoom({ from: zoom.from, to: Math.max(timeAt(at.clientX), zoom.from + least) });
      const from = Math.min(Math.max(timeAt(at.clientX) - grip.time, 0), tree.length_ns - size);
      if (size < tree.length_ns) onZoom({ from, to: from + size });
      onScroll(Math.max(0, Math.round(rowAt(at.clientY) - grip.row)));
    };
    const stop = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", stop);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop);
    if (part === "map") move(event);
  };
}

/** @param {HTMLCanvasElement} paper @param {number} width @param {Tree} tree @param {Int32Array} rows */
function draw(paper, width, tree, rows) {
  const ratio = devicePixelRatio || 1;
  paper.width = width * ratio;
  paper.height = HEIGHT * ratio;
  const pen = paper.getContext("2d");
  if (!pen) return;
  pen.scale(ratio, ratio);
  const look = getComputedStyle(paper);
  const hues = new Map();
  const hue = (/** @type {string} */ kind) => {
    if (!hues.has(kind)) hues.set(kind, resolved(paper, look.getPropertyValue(`--kind-${kind}`) || look.getPropertyValue("--kind-other")));
    return hues.get(kind);
  };
  const error = resolved(paper, look.getPropertyValue("--error-fill"));
  const { columns, length_ns } = tree;
  const line = Math.max(HEIGHT / rows.length, 1);
  const bar = (/** @type {number} */ row, /** @type {number} */ index, /** @type {number} */ least) => {
    const from = columns.offset_ns[row];
    if (from === null || from === undefined) return;
    pen.fillRect((from / length_ns) * width, (index / rows.length) * HEIGHT, Math.max(((columns.duration_ns[row] ?? 0) / length_ns) * width, least),
      Math.max(line, least));
  };
  rows.forEach((row, index) => {
    pen.fillStyle = hue(columns.kind[row] ?? "other");
    bar(row, index, 1);
  });
  // Errors last and larger: among thousands each is to be seen.
  pen.fillStyle = error;
  rows.forEach((row, index) => columns.status[row] === "error" && bar(row, index, 3));
}

/** A colour as the canvas takes it: `light-dark()` is resolved by the element. @param {HTMLElement} element @param {string} colour */
function resolved(element, colour) {
  const before = element.style.color;
  element.style.color = colour;
  const found = getComputedStyle(element).color;
  element.style.color = before;
  return found;
}
