/**
 * A list of any length with rows of one height, of which only those in sight are in the page.
 *
 * The height of an element has a limit in every browser (about 33 million pixels in Chromium), far above 100,000 rows.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { h, tags } from "../dom.js";

/** @import { ComponentChildren, HTMLAttributes } from "preact" */

const { div } = tags;
/** Rows drawn above and below those in sight; after a leap of the scroll bar fewer, until it rests: another may follow. */
const AROUND = 8;
const AROUND_LEAP = 1;
const REST_MS = 100;

/**
 * @param {object} props
 * @param {number} props.count
 * @param {number} props.height of a row, in pixels
 * @param {(index: number, slot: number) => ComponentChildren} props.row gives an element of class "row"; `rowStyle(index, height)`
 *   places it. With `slot` as its key, a row that leaves is drawn over with one that enters
 * @param {number} [props.selected] kept in sight when it changes; -1: none
 * @param {ComponentChildren} [props.head] stays on top while the rows scroll
 * @param {() => void} [props.atEnd] the last rows are in sight: load more
 * @param {(first: number, last: number) => void} [props.seen] which rows are in sight
 * @param {(index: number) => string | number} [props.keyOf] with `placeOf`: rows that come or go above leave what is in sight where it is
 * @param {(key: string | number) => number} [props.placeOf] the index of a key now, -1 if it is gone
 * @param {HTMLAttributes<HTMLDivElement>} [props.attributes] role, label …
 */
export function VirtualList({ count, height, row, selected = -1, head, atEnd, seen, keyOf, placeOf, attributes = {} }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const top = useRef(/** @type {{ key: string | number, offset: number } | null} */ (null));
  const resting = useRef(0);
  const [[first, last], setRange] = useState(/** @type {[number, number]} */ ([0, 60]));

  const look = () => {
    const element = box.current;
    if (!element) return;
    const uppermost = Math.floor(element.scrollTop / height);
    const lowest = Math.ceil((element.scrollTop + element.clientHeight) / height);
    const leapt = lowest <= first || uppermost >= last;
    clearTimeout(resting.current);
    if (leapt) resting.current = setTimeout(() => latest.current(), REST_MS);
    const around = leapt ? AROUND_LEAP : AROUND;
    const from = Math.max(0, uppermost - around);
    const to = Math.min(count, lowest + around);
    top.current = keyOf && uppermost > 0 && uppermost < count ? { key: keyOf(uppermost), offset: element.scrollTop - uppermost * height } : null;
    setRange((old) => (old[0] === from && old[1] === to ? old : [from, to]));
    seen?.(from, to);
    if (to >= count - AROUND) atEnd?.();
  };
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => () => clearTimeout(resting.current), []);

  useLayoutEffect(() => {
    const place = top.current && placeOf ? placeOf(top.current.key) : -1;
    if (box.current && top.current && place >= 0) box.current.scrollTop = place * height + top.current.offset;
    look();
    const observer = new ResizeObserver(look);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [count, height]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || selected < 0) return;
    const covered = element.querySelector(".virtual-head")?.clientHeight ?? 0;
    const top = selected * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight - covered) element.scrollTop = top + height - element.clientHeight + covered;
  }, [selected, height]);

  const slots = useRef(/** @type {Map<number, number>} */ (new Map()));
  slots.current = slotsOf(first, Math.min(last, count), slots.current);
  const rows = Array.from(slots.current, ([index, slot]) => row(index, slot));
  return div(
    { tabIndex: 0, ...attributes, class: "virtual", ref: box, onScroll: look },
    head ? div({ class: "virtual-head" }, head) : null,
    h("div", { class: "sizer", style: { height: `${count * height}px` } }, rows),
  );
}

/**
 * Who stays keeps its slot; who enters takes the slot of one that left.
 * @param {number} first @param {number} last @param {Map<number, number>} old @returns {Map<number, number>} index -> slot, in order
 */
function slotsOf(first, last, old) {
  const free = [];
  for (const [index, slot] of old) if (index < first || index >= last) free.push(slot);
  let next = Math.max(-1, ...old.values()) + 1;
  const slots = new Map();
  for (let index = first; index < last; index++) slots.set(index, old.get(index) ?? free.pop() ?? next++);
  return slots;
}

/** @param {number} index @param {number} height */
export const rowStyle = (index, height) => ({ transform: `translateY(${index * height}px)`, height: `${height}px` });
