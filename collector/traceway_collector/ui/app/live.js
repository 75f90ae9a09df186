/**
 * Live: one stream of events for the whole page, shared by whoever listens. While the page is hidden the stream rests
 * and goes on from where it was when the page is seen again.
 */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { follow } from "./api.js";
import { param } from "./router.js";
import { kept } from "./settings.js";

/** @import { Event } from "./api.js" */

/** Whether lists follow what arrives. */
export const live = kept("live", true);
/** Whether the stream is connected now. */
export const connected = signal(false);

/** @type {Set<(events: Event[]) => void>} */
const listeners = new Set();
const listening = signal(0);
const visible = signal(!document.hidden);
// One stream as long as anyone listens and the filter is the same, whatever else of the page changes.
const wanted = computed(() => live.value && visible.value && listening.value > 0);
const q = param("q");
document.addEventListener("visibilitychange", () => (visible.value = !document.hidden));

let last_id = "";

effect(() => {
  if (!wanted.value) return;
  const stop = new AbortController();
  const query = { q: q.value, since: last_id };
  const heard = (/** @type {Event[]} */ events) => {
    last_id = events.at(-1)?.id ?? last_id;
    for (const listener of listeners) listener(events);
  };
  follow(query, heard, stop.signal, (is) => (connected.value = is)).catch(() => (connected.value = false));
  return () => {
    stop.abort();
    connected.value = false;
  };
});

/**
 * Hear events while the component is mounted and live is on.
 * @param {(events: Event[]) => void} heard
 */
export function useEvents(heard) {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const listener = (/** @type {Event[]} */ events) => latest.current(events);
    listeners.add(listener);
    listening.value = listeners.size;
    return () => {
      listeners.delete(listener);
      listening.value = listeners.size;
    };
  }, []);
}
