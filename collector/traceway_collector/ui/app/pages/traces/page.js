/** Traces: when they began, the list, its facets, and beside it the trace under the cursor. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { gone } from "../../api.js";
import { classes, h, tags } from "../../dom.js";
import { useKeys } from "../../keys.js";
import { began, useEvents } from "../../live.js";
import { walkAlong } from "../../parts/neighbours.js";
import { Failure, Notice, Skeleton } from "../../parts/states.js";
import { go, param, patch } from "../../router.js";
import { kept } from "../../settings.js";
import { Facets } from "./facets.js";
import { Histogram } from "./histogram.js";
import { TraceList, listOf } from "./list.js";
import { Nothing } from "./states.js";
import { Pane } from "./pane.js";
import { Table } from "./table.js";
import { Toolbar } from "./toolbar.js";
import { useMarks } from "./marks.js";

const { div } = tags;
const q = param("q");
const since = param("since");
const until = param("until");
const sel = param("sel");
const facetsOpen = kept("traces.facets", true);
/** On a phone they lie over the list, so there they begin shut and are not remembered. */
const facetsOver = signal(false);
const NARROW = 1440;
const isPhone = () => innerWidth <= 640;

export default function Traces() {
  const query = { q: q.value, since: since.value, until: until.value };
  const wanted = listOf(query);
  const list = useList(wanted);
  const top = useRef(true);
  const [at, setAt] = useState(list.at);
  const { marked, mark, unmark } = useMarks(list);
  const narrow = useNarrow();
  useEvents((events) => wanted.hear(events, top.current));
  walkAlong(() => list.rows);

  // The cursor stays where the pane was, and where it was when the page was left.
  const current_id = sel.value || at;
  list.at = current_id;
  useEffect(() => setAt(current_id), [sel.value]);
  const cursor = list.indexOf(current_id);
  const move = (/** @type {number} */ index) => {
    const trace = list.rows[Math.max(0, Math.min(list.rows.length - 1, index))];
    if (!trace) return;
    setAt(trace.id);
    if (sel.value) patch({ sel: trace.id }, { replace: true });
  };
  const step = (/** @type {number} */ by) => move(cursor < 0 ? 0 : cursor + by);
  /** @param {number} index @param {MouseEvent} [event] */
  const press = (index, event) => {
    const trace = list.rows[index];
    if (!trace) return;
    if (event?.shiftKey) return mark(index, true);
    setAt(trace.id);
    patch({ sel: trace.id }, { replace: Boolean(sel.value) });
  };
  useListKeys({ list, cursor, step, move, press, mark, unmark, marked: marked.size });

  const empty = list.loaded && !list.rows.length && !list.pending.size;
  // Nothing was ever sent, as far as is known: then there is nothing to choose from.
  const first_run = empty && !query.q && !query.since && !query.until;
  if (first_run) return div({ class: "traces first" }, h(Nothing, { key: "first", list }));
  const facets = isPhone() ? facetsOver.value : facetsOpen.value && !(narrow && sel.value);
  const failed = wanted.error;
  if (!list.loaded && failed) return h(Failure, { error: failed, retry: () => void wanted.more() });
  return div({ class: classes("traces", facets && "with-facets", sel.value && "with-pane") },
    h(Histogram, { query }),
    h(Toolbar, { query, count: list.rows.length, more: Boolean(list.cursor), marked: [...marked], unmark, facets, flipFacets }),
    failed && failed !== list.error ? h(Notice, { error: failed }) : null,
    div({ class: "traces-body" },
      facets ? h(Facets, { query }) : null,
      div({ class: classes("list-box", list !== wanted && "stale") },
        !list.loaded ? h(Skeleton, { lines: 14 }) : empty ? h(Nothing, { key: JSON.stringify(query), list }) : h(Table, { list, cursor, marked, press, mark, top })),
      sel.value ? h(Pane, { id: sel.value, step }) : null));
}

function flipFacets() {
  if (sel.peek() && innerWidth < NARROW) {
    // There is no room for both: whoever asks for the facets gets them.
    facetsOpen.value = true;
    return patch({ sel: "" });
  }
  const which = isPhone() ? facetsOver : facetsOpen;
  which.value = !which.value;
}

/** The list of the filter; the one before it until the new one is there. @param {TraceList} wanted */
function useList(wanted) {
  const before = useRef(wanted);
  wanted.version.value;
  useEffect(() => {
    void wanted.catchUp(!wanted.scrollTop);
  }, [wanted, gone.value, began.value]);
  if (wanted.loaded) before.current = wanted;
  before.current.version.value;
  return before.current;
}

/** Whether there is no room for three columns. */
function useNarrow() {
  const [narrow, setNarrow] = useState(innerWidth < NARROW);
  useEffect(() => {
    const look = () => setNarrow(innerWidth < NARROW);
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  }, []);
  return narrow;
}

/** @param {{ list: TraceList, cursor: number, step: (by: number) => void, move: (index: number) => void, press: (index: number) => void, mark: (index: number, range: boolean) => void, unmark: () => void, marked: number }} on */
function useListKeys({ list, cursor, step, move, press, mark, unmark, marked }) {
  const page_rows = 20;
  useKeys("Traces", [
    { keys: "j ArrowDown", label: "Next", run: () => step(1) },
    { keys: "k ArrowUp", label: "Previous", run: () => step(-1) },
    { keys: "PageDown", label: "A page down", run: () => step(page_rows) },
    { keys: "PageUp", label: "A page up", run: () => step(-page_rows) },
    { keys: "Home g", label: "To the newest", run: () => move(0) },
    { keys: "End G", label: "To the last that is loaded", run: () => move(list.rows.length - 1) },
    { keys: "Enter", label: "Open beside the list, then as a page", run: () => {
      const trace = list.rows[cursor];
      if (!trace) return false;
      return sel.peek() === trace.id ? go("traces", trace.id) : press(cursor);
    } },
    { keys: "Escape", label: "Close the pane, select none", run: () => (sel.peek() ? patch({ sel: "" }) : marked ? unmark() : false) },
    { keys: "x", label: "Select for compare and export", run: () => (cursor < 0 ? false : mark(cursor, false)) },
    { keys: "X", label: "Select from the last one to here", run: () => (cursor < 0 ? false : mark(cursor, true)) },
    { keys: "]", label: "Next trace", run: () => step(1) },
    { keys: "[", label: "Previous trace", run: () => step(-1) },
    { keys: "f", label: "Facets", run: flipFacets },
  ]);
}
