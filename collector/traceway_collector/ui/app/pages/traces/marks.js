/** Which rows are selected, for compare and export. */
import { useRef, useState } from "preact/hooks";

/** @import { TraceList } from "./list.js" */

/** @param {TraceList} list */
export function useMarks(list) {
  const [marked, setMarked] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const last = useRef("");

  /** @param {number} index @param {boolean} range from the last one to this */
  const mark = (index, range) => {
    const trace = list.rows[index];
    if (!trace) return;
    const from = range ? list.indexOf(last.current) : -1;
    last.current = trace.id;
    const ids = from < 0 ? [trace.id] : list.rows.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id);
    const next = new Set(marked);
    const away = from < 0 && marked.has(trace.id);
    for (const id of ids) away ? next.delete(id) : next.add(id);
    setMarked(next);
  };
  return { marked, mark, unmark: () => setMarked(new Set()) };
}
