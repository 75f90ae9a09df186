/**
 * Where a time lies on the axis of a waterfall, 0 to 1, ticks with it; a long stretch in which nothing happens can be
 * pressed together. Pure.
 */

/** @import { Tree } from "../tree.js" */

/** @typedef {{ from: number, to: number }} Span nanoseconds from the start */
/**
 * @typedef {{ place: (ns: number) => number, time: (place: number) => number, ticks: { ns: number, place: number }[],
 * gap: { left: number, width: number } | null }} Axis
 */

const PRESSED = 0.04;
const LONG_GAP = 0.5;

/**
 * The longest time in which no span without children is under way, if it takes more than half of the run.
 * @param {Tree} tree @returns {Span | null}
 */
export function longGap(tree) {
  const { columns, ends, length_ns } = tree;
  /** @type {[number, number][]} */
  const busy = [];
  for (let row = 0; row < tree.count; row++) {
    const from = columns.offset_ns[row];
    if (from === null || from === undefined || (ends[row] ?? 0) > row + 1) continue;
    busy.push([from, from + (columns.duration_ns[row] ?? 0)]);
  }
  busy.sort((a, b) => a[0] - b[0]);
  let found = /** @type {Span | null} */ (null);
  let reached = 0;
  for (const [from, to] of [...busy, [length_ns, length_ns]]) {
    if (from !== undefined && from - reached > length_ns * LONG_GAP) found = { from: reached, to: from };
    reached = Math.max(reached, to ?? 0);
  }
  return found;
}

/** @param {Span} shown the part of the run that is in sight @param {Span | null} gap pressed together @param {number} [ticks] about so many @returns {Axis} */
export function makeAxis(shown, gap, ticks = 6) {
  const inside = gap && gap.from >= shown.from && gap.to <= shown.to ? gap : null;
  const gone = inside ? inside.to - inside.from : 0;
  const rest = Math.max(shown.to - shown.from - gone, 1);
  const share = inside ? (1 - PRESSED) / rest : 1 / rest;
  const place = (/** @type {number} */ ns) => {
    if (!inside || ns <= inside.from) return (ns - shown.from) * share;
    const before = (inside.from - shown.from) * share;
    if (ns >= inside.to) return before + PRESSED + (ns - inside.to) * share;
    return before + (PRESSED * (ns - inside.from)) / gone;
  };
  const time = (/** @type {number} */ at) => {
    if (!inside) return shown.from + at / share;
    const before = (inside.from - shown.from) * share;
    if (at <= before) return shown.from + at / share;
    if (at >= before + PRESSED) return inside.to + (at - before - PRESSED) / share;
    return inside.from + ((at - before) / PRESSED) * gone;
  };
  const step = roundStep(rest / ticks);
  const marks = [];
  for (let ns = Math.ceil(shown.from / step) * step; ns < shown.to; ns += step) {
    if (inside && ns > inside.from && ns < inside.to) {
      ns = Math.ceil(inside.to / step) * step - step;
      continue;
    }
    marks.push({ ns, place: place(ns) });
  }
  return { place, time, ticks: marks, gap: inside ? { left: place(inside.from), width: PRESSED } : null };
}

/** 1, 2 or 5 times a power of ten, or a round number of minutes. @param {number} ns */
function roundStep(ns) {
  const seconds = ns / 1e9;
  for (const round of [60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400]) {
    if (seconds > 30 && seconds <= round) return round * 1e9;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(ns, 1)));
  for (const times of [1, 2, 5]) if (ns <= times * power) return times * power;
  return 10 * power;
}
