/** The list itself: a grid of rows of which those in sight are in the page. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { VirtualList } from "../../parts/virtual.js";
import { number } from "../../format.js";
import { rowHeight } from "../../settings.js";
import { fitting, shownColumns, template } from "./columns.js";
import { Header } from "./header.js";
import { Row } from "./row.js";

/** @import { TraceList } from "./list.js" */

const { div, button, span } = tags;
const AGE_MS = 5000;

/**
 * @param {object} props
 * @param {TraceList} props.list @param {number} props.cursor index of the row of the keys; -1: none
 * @param {ReadonlySet<string>} props.marked
 * @param {(index: number, event?: MouseEvent) => void} props.press @param {(index: number, range: boolean) => void} props.mark
 * @param {{ current: boolean }} props.top tells whether the list is at its top
 */
export function Table({ list, cursor, marked, press, mark, top }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [room, setRoom] = useState(0);
  const now_ms = useNow();
  const height = rowHeight();
  list.version.value;
  const scroller = () => box.current?.querySelector(".virtual");

  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setRoom(entry.contentRect.width));
    if (box.current) observer.observe(box.current);
    setRoom(box.current?.clientWidth ?? 0);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = scroller();
    if (element && list.scrollTop) element.scrollTop = list.scrollTop;
    top.current = !list.scrollTop;
  }, [list]);

  const latest = useRef({ press, mark });
  latest.current = { press, mark };
  const pressRow = useCallback((/** @type {number} */ index, /** @type {MouseEvent} */ event) => latest.current.press(index, event), []);
  const markRow = useCallback((/** @type {number} */ index, /** @type {boolean} */ range) => latest.current.mark(index, range), []);
  const columns = useSame(fitting(shownColumns(), room || 1000));
  const toTop = () => {
    const element = scroller();
    list.showPending();
    if (element) element.scrollTop = 0;
  };
  const current = list.rows[cursor];
  return div({ class: "list", ref: box, style: /** @type {any} */ ({ "--columns": template(columns) }), onScrollCapture: (event) => {
    const { scrollTop } = /** @type {HTMLElement} */ (event.target);
    top.current = scrollTop < height / 2;
    list.scrollTop = scrollTop;
    if (top.current && list.pending.size) list.showPending();
  } },
    list.pending.size ? button({ class: "button primary new-rows", onClick: toTop }, `${number(list.pending.size)} new`) : null,
    h(VirtualList, {
      count: list.rows.length, height, selected: cursor, head: h(Header, { columns }), seen: (_, last) => list.seen(last),
      attributes: {
        role: "grid", "aria-label": "Traces", "aria-rowcount": list.cursor ? -1 : list.rows.length + 1, "aria-colcount": columns.length + 1,
        "aria-multiselectable": true, "aria-activedescendant": current ? `trace-${current.id}` : undefined,
      },
      row: (index, slot) => {
        const trace = list.rows[index];
        if (!trace) return null;
        return h(Row, { key: slot, trace, index, height, columns, current: index === cursor, marked: marked.has(trace.id), longest_ns: list.longest_ns, now_ms, press: pressRow, mark: markRow });
      },
    }),
    list.busy && list.loaded ? div({ class: "more-rows", role: "status" }, span({ class: "muted" }, "Loading more …")) : null);
}

/** The last array as long as it has the same items, so that rows need not be drawn again. @param {string[]} items */
function useSame(items) {
  const kept = useRef(items);
  if (kept.current.join() !== items.join()) kept.current = items;
  return kept.current;
}

/** Ages go on: now and then. */
function useNow() {
  const [now_ms, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(Date.now()), AGE_MS);
    return () => clearInterval(timer);
  }, []);
  return now_ms;
}
