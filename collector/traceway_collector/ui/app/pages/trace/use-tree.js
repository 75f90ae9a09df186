/** The tree of a trace, followed while it grows: at most two requests a second, and nothing jumps. */
import { useEffect, useRef } from "preact/hooks";
import { get } from "../../api.js";
import { live, useEvents } from "../../live.js";
import { useLoad } from "../../load.js";
import { readTree } from "./tree.js";

/** @import { Answer, Tree } from "./tree.js" */
/** @import { Loaded } from "../../load.js" */

const PAUSE_MS = 500;
const RUNNING_PAUSE_MS = 2_000;

/** @param {string} id @returns {Loaded<Tree>} */
export function useTree(id) {
  const loaded = useLoad(`tree ${id}`, async (signal) => readTree(/** @type {Answer} */ (await get(`traces/${id}/tree`, {}, signal))), { keep: false });
  const again = useSeldom(loaded.reload, PAUSE_MS);
  useEvents((events) => {
    if (events.some((event) => event.trace_id === id)) again();
  });
  // Events follow the filter of the page, which may not let this trace through: a run that goes on is asked for anyway.
  const running = loaded.data?.trace.status === "running";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      if (live.value && !document.hidden) again();
    }, RUNNING_PAUSE_MS);
    return () => clearInterval(timer);
  }, [running, id]);
  return loaded;
}

/**
 * A function that calls `run` at once, but not again within `pause_ms`; what was asked meanwhile is done once, afterwards.
 * @param {() => void} run
 * @param {number} pause_ms
 */
function useSeldom(run, pause_ms) {
  const latest = useRef(run);
  latest.current = run;
  const timer = useRef(0);
  const asked = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    if (timer.current) {
      asked.current = true;
      return;
    }
    latest.current();
    timer.current = setTimeout(function rest() {
      timer.current = 0;
      if (!asked.current) return;
      asked.current = false;
      latest.current();
      timer.current = setTimeout(rest, pause_ms);
    }, pause_ms);
  };
}
