/** Whole spans, fetched when they are wanted: a few at a time, those last asked for first, and the last few hundred kept. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api.js";

const AT_ONCE = 4;
const KEPT = 400;

/** @type {Map<string, { span?: any, waiting?: Promise<any>, wanted: number }>} */
const known = new Map();
/** @type {{ key: string, run: () => Promise<void>, drop: () => void }[]} */
const queue = [];
let busy = 0;

/** What was left behind before its turn came. */
class Unwanted extends Error {}

/** @param {string} trace_id @param {string} span_id @returns {Promise<any>} the span with everything in it; `release` says that it is not wanted any more */
export function spanContent(trace_id, span_id) {
  const key = `${trace_id} ${span_id}`;
  const found = known.get(key);
  if (found) {
    found.wanted++;
    known.delete(key);
    known.set(key, found);
    return found.span ? Promise.resolve(found.span) : /** @type {Promise<any>} */ (found.waiting);
  }
  const waiting = new Promise((resolve, reject) => {
    const run = async () => {
      try {
        const span = await get(`spans/${span_id}`, { trace_id });
        known.set(key, { span, wanted: 0 });
        resolve(span);
      } catch (error) {
        known.delete(key);
        reject(error);
      }
    };
    queue.push({ key, run, drop: () => (known.delete(key), reject(new Unwanted())) });
  });
  known.set(key, { waiting, wanted: 1 });
  if (known.size > KEPT) known.delete(/** @type {string} */ (known.keys().next().value));
  work();
  return waiting;
}

/** @param {string} trace_id @param {string} span_id */
function release(trace_id, span_id) {
  const found = known.get(`${trace_id} ${span_id}`);
  if (found) found.wanted--;
}

function work() {
  while (busy < AT_ONCE && queue.length) {
    const next = /** @type {typeof queue[number]} */ (queue.pop());
    if (!known.get(next.key)?.wanted) {
      next.drop();
      continue;
    }
    busy++;
    next.run().finally(() => {
      busy--;
      work();
    });
  }
}

/**
 * The content of some spans; null asks for none yet.
 * @param {string} trace_id @param {readonly string[] | null} ids
 * @returns {{ spans: any[] | null, error: Error | null, retry: () => void }}
 */
export function useContents(trace_id, ids) {
  const key = ids ? `${trace_id} ${ids.join(" ")}` : "";
  const [state, setState] = useState(() => ({ key, spans: atOnce(trace_id, ids), error: /** @type {Error | null} */ (null) }));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!ids || (state.key === key && state.spans)) return;
    let gone = false;
    Promise.all(ids.map((id) => spanContent(trace_id, id))).then(
      (spans) => gone || setState({ key, spans, error: null }),
      (error) => gone || setState({ key, spans: null, error }),
    );
    return () => {
      gone = true;
      for (const id of ids) release(trace_id, id);
    };
  }, [key, turn]);
  const fresh = state.key === key;
  return { spans: fresh ? state.spans : null, error: fresh ? state.error : null, retry: () => setTurn(turn + 1) };
}

/** What is known already is there in the first frame. @param {string} trace_id @param {readonly string[] | null} ids */
function atOnce(trace_id, ids) {
  const spans = ids?.map((id) => known.get(`${trace_id} ${id}`)?.span);
  return spans && spans.every(Boolean) ? spans : null;
}
