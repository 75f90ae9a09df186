/**
 * Data for a component: loads when the key changes, keeps what was there until the new arrives, so that nothing jumps.
 * What was loaded before is shown at once (Back is immediate) and refreshed behind it.
 */
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { gone, isGone } from "./api.js";

const REMEMBERED = 60;
/** @type {Map<string, unknown>} */
const remembered = new Map();

/** @template T @typedef {{ data: T | undefined, error: Error | null, loading: boolean, reload: () => void }} Loaded */

/**
 * @template T
 * @param {string | null} key what is asked, as a text; null loads nothing
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {{ keep?: boolean }} [how] `keep: false` shows nothing of the former key while the new one loads
 * @returns {Loaded<T>}
 */
export function useLoad(key, load, { keep = true } = {}) {
  const [turn, setTurn] = useState(0);
  const shown = useRef(/** @type {{ key: string | null, data: T | undefined, error: Error | null, loading: boolean }} */ ({ key: null, data: undefined, error: null, loading: false }));
  const [, redraw] = useState(0);

  if (shown.current.key !== key) {
    const known = key === null ? undefined : /** @type {T | undefined} */ (remembered.get(key));
    shown.current = { key, data: known ?? (keep && key !== null ? shown.current.data : undefined), error: null, loading: key !== null };
  }

  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    load(stop.signal).then(
      (data) => {
        if (stop.signal.aborted) return;
        remember(key, data);
        shown.current = { key, data, error: null, loading: false };
        redraw((n) => n + 1);
      },
      (error) => {
        if (stop.signal.aborted) return;
        shown.current = { ...shown.current, error, loading: false };
        redraw((n) => n + 1);
      },
    );
    return () => stop.abort();
  }, [key, turn]);

  useEffect(() => effect(() => {
    if (!gone.value && isGone(shown.current.error)) setTurn((n) => n + 1);
  }), []);

  const { data, error, loading } = shown.current;
  return { data, error, loading, reload: () => setTurn((n) => n + 1) };
}

/** @param {string} key @param {unknown} data */
function remember(key, data) {
  remembered.delete(key);
  remembered.set(key, data);
  if (remembered.size > REMEMBERED) remembered.delete(/** @type {string} */ (remembered.keys().next().value));
}

/** Forget what was loaded: after something was changed or deleted. */
export const forget = () => remembered.clear();
