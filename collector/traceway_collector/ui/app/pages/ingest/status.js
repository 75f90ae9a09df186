/** What GET /api/ingest says, asked every two seconds while somebody looks, and the rates of the last minutes. */
import { useEffect, useRef } from "preact/hooks";
import { get } from "../../api.js";
import { useLoad } from "../../load.js";

/**
 * @typedef {{ requests: number, accepted: number, bytes: number, duplicate_requests: number, duplicate_items: number, groups: number,
 *   last_commit_ns: string | null, refused: Record<string, { requests: number, items: number }> }} SignalStatus
 * @typedef {{ at: string, signal: string, reason: string, detail: string, peer: string, items: number }} Refusal
 * @typedef {object} Status
 * @property {boolean} draining
 * @property {number} pending_bytes
 * @property {number} max_pending_bytes
 * @property {Record<string, SignalStatus>} signals
 * @property {{ spans_per_second: number, window_s: number }} rates
 * @property {{ p50: number, p95: number } | null} lag_ms
 * @property {{ spans: number, logs: number, metric_points: number, disk_bytes: number | null, file_contents: number, file_bytes: number }} stored
 * @property {number | null} retention_days
 * @property {Refusal[]} recent_refusals newest first
 * @property {{ service: string, last_at: string | null, spans_last_hour: number }[]} services
 */

/** @typedef {{ at_ms: number, value: number }} Sample */

const EVERY_MS = 2000;
/** How far back the line of rates goes. */
export const SEEN_MS = 5 * 60_000;

/** Outlives the page, so that coming back to it shows the line that was there. @type {Sample[]} */
let rates = [];

export function useStatus() {
  const loaded = useLoad("ingest", (signal) => /** @type {Promise<Status>} */ (get("ingest", {}, signal)));
  const latest = useRef(loaded);
  latest.current = loaded;
  useEffect(() => {
    const turn = () => {
      if (!document.hidden && !latest.current.loading) latest.current.reload();
    };
    const timer = setInterval(turn, EVERY_MS);
    document.addEventListener("visibilitychange", turn);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", turn);
    };
  }, []);
  const status = loaded.data;
  useEffect(() => {
    if (!status) return;
    const at_ms = Date.now();
    rates = [...rates.filter((sample) => sample.at_ms > at_ms - SEEN_MS), { at_ms, value: status.rates.spans_per_second }];
  }, [status]);
  return { loaded, rates };
}

/** Whether anything was ever stored or turned away here. @param {Status} status */
export const hasArrived = (status) =>
  status.stored.spans + status.stored.logs + status.stored.metric_points > 0 || Object.values(status.signals).some(({ requests }) => requests > 0);

/** @param {Record<string, SignalStatus>} signals */
export const refusedItems = (signals) =>
  Object.entries(signals).flatMap(([signal, { refused }]) => Object.entries(refused).map(([reason, counts]) => ({ signal, reason, ...counts })));
