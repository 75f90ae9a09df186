/**
 * Live: one stream of events for the whole page, shared by whoever listens. While the page is hidden the stream rests
 * and goes on from where it was when the page is seen again.
 */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError, follow } from "./api.js";
import { filter } from "./router.js";
import { kept } from "./settings.js";

/** @import { Event } from "./api.js" */

/** Whether lists follow what arrives. */
export const live = kept("live", true);
/** Whether the stream is connected now. */
export const connected = signal(false);
/** Why the server will not send this stream, such as a filter that is none; null while it may come. */
export const refused = signal(/** @type {ApiError | null} */ (null));

/** @type {Set<(events: Event[]) => void>} */
const listeners = new Set();
const listening = signal(0);
const visible = signal(!document.hidden);
// One stream as long as anyone listens and the filter is the same, whatever else of the page changes.
const wanted = computed(() => live.value && visible.value && listening.value > 0);
document.addEventListener("visibilitychange", () => (visible.value = !document.hidden));

let last_id = "";
/** Whether the stream ever began: from then on nothing is missed, whatever is filtered and however often it breaks. */
export const began = signal(false);

effect(() => {
  if (!wanted.value) return;
  const stop = new AbortController();
  const query = { q: filter.value, since: last_id };
  const heard = (/** @type {Event[]} */ events, /** @type {string} */ last) => {
    last_id = last;
    began.value = true;
    if (events.length) for (const listener of listeners) listener(events);
  };
  follow(query, heard, stop.signal, (is) => (connected.value = is)).catch((error) => {
    connected.value = false;
    if (!stop.signal.aborted && error instanceof ApiError) refused.value = error;
  });
  return () => {
    stop.abort();
    connected.value = false;
    refused.value = null;
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

/**
 * Ask again some time after something arrived, or after the stream began: what arrived between the first answer and then
 * was not heard of.
 * @param {() => void} reload @param {number} pause_ms @param {(event: Event) => boolean} [meant]
 */
export function useRefresh(reload, pause_ms, meant = () => true) {
  const latest = useRef(reload);
  latest.current = reload;
  const timer = useRef(0);
  const soon = () => {
    timer.current ||= setTimeout(() => {
      timer.current = 0;
      latest.current();
    }, pause_ms);
  };
  useEvents((events) => void (events.some(meant) && soon()));
  const before = useRef(began.peek());
  useEffect(() => void (began.value && !before.current && soon()), [began.value]);
  useEffect(() => () => clearTimeout(timer.current), []);
}
