/**
 * The traces of one filter, newest first: pages by cursor, and what arrives meanwhile.
 *
 * Rows are plain objects as the server gave them, in one array that only grows or is patched in place; `version` tells
 * that it changed. What is new waits in `pending` while someone reads further down.
 */
import { signal } from "@preact/signals";
import { get } from "../../api.js";

/** @import { Event, Query } from "../../api.js" */
/** @import { TraceStatus } from "../../parts/status.js" */

/**
 * @typedef {object} Trace
 * @property {string} id @property {string | null} name @property {string | null} started_at @property {string | null} start_ns
 * @property {string | null} duration_ns @property {TraceStatus} status
 * @property {number} span_count @property {number} error_count @property {number | null} input_tokens @property {number | null} output_tokens
 * @property {number | null} total_tokens @property {number | null} cost_usd @property {boolean} cost_complete @property {string[]} services
 * @property {string[]} models @property {Record<string, number>} kinds @property {string | null} session_id @property {string | null} user_id
 * @property {string[]} tags @property {string | null} input_preview @property {string | null} output_preview
 */

const SIZES = [50, 200, 500, 1000];
const HEAD = 50;
const REFRESH_MS = 1000;
/** Further away than this the next page is loaded. */
const AHEAD = 150;
const MOST_SINGLE = 4;

export class TraceList {
  /** @param {Query} query */
  constructor(query) {
    this.query = query;
    /** @type {Trace[]} */
    this.rows = [];
    /** @type {Map<string, Trace>} */
    this.byId = new Map();
    /** @type {Map<string, Trace>} */
    this.pending = new Map();
    this.version = signal(0);
    /** @type {string | null} */
    this.cursor = null;
    this.loaded = false;
    this.busy = false;
    /** @type {Error | null} */
    this.error = null;
    this.pages = 0;
    this.scrollTop = 0;
    /** The id of the row of the keys. */
    this.at = "";
    this.longest_ns = 0;
    /** @type {Set<string>} */
    this.stale = new Set();
    this.refreshing = false;
    /** Whether something arrived before the first page did. */
    this.missed = false;
  }

  changed() {
    this.version.value++;
  }

  /** The next page, or the first. */
  async more() {
    if (this.busy || (this.loaded && !this.cursor)) return;
    this.busy = true;
    try {
      const limit = SIZES[Math.min(this.pages, SIZES.length - 1)] ?? HEAD;
      const page = await get("traces", { ...this.query, limit, cursor: this.cursor });
      this.pages++;
      this.cursor = page.next_cursor;
      for (const trace of page.items) this.put(trace, this.rows.length);
      this.loaded = true;
      this.error = null;
      if (this.missed) void this.renew(true);
      this.missed = false;
    } catch (error) {
      this.error = /** @type {Error} */ (error);
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** Rows up to `last` are in sight. @param {number} last */
  seen(last) {
    if (this.loaded && this.cursor && !this.error && last > this.rows.length - AHEAD) void this.more();
  }

  /** @param {Trace} trace @param {number} at where it goes if it is new */
  put(trace, at) {
    this.longest_ns = Math.max(this.longest_ns, Number(trace.duration_ns ?? 0));
    const old = this.byId.get(trace.id);
    this.byId.set(trace.id, trace);
    if (old) this.rows[this.indexOf(old.id)] = trace;
    else if (at === this.rows.length) this.rows.push(trace);
    else this.rows.splice(at, 0, trace);
  }

  /** @param {string} id */
  indexOf(id) {
    return this.byId.has(id) ? this.rows.findIndex((row) => row.id === id) : -1;
  }

  /** What came in: known rows in place, new ones on top if the top is what is read. @param {Trace[]} traces @param {boolean} at_top */
  merge(traces, at_top) {
    for (const trace of traces) {
      if (this.byId.has(trace.id)) this.put(trace, 0);
      else if (at_top) this.put(trace, this.placeOf(trace));
      else if (!this.cursor || this.placeOf(trace) < this.rows.length) this.pending.set(trace.id, trace);
    }
    if (traces.length) this.changed();
  }

  /** Newest first, also when something older comes late. @param {Trace} trace */
  placeOf({ start_ns }) {
    let [low, high] = [0, this.rows.length];
    const begun = BigInt(start_ns ?? 0);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (BigInt(this.rows[middle]?.start_ns ?? 0) > begun) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Show what waited. */
  showPending() {
    const waiting = [...this.pending.values()];
    this.pending.clear();
    this.merge(waiting, true);
  }

  /** @param {string} id */
  drop(id) {
    const at = this.indexOf(id);
    this.pending.delete(id);
    if (at < 0) return;
    this.rows.splice(at, 1);
    this.byId.delete(id);
    this.changed();
  }

  /** @param {Event[]} events @param {boolean} at_top */
  hear(events, at_top) {
    if (!this.loaded) return void (this.missed = true);
    /** @type {Map<string, Trace>} */
    const told = new Map();
    for (const { type, trace_id = "", trace } of events) {
      if (type === "cleared") return void this.restart();
      if (type === "trace_deleted") this.drop(trace_id);
      else if (trace) told.set(trace.id, trace);
      else if (this.byId.has(trace_id) || this.pending.has(trace_id)) this.stale.add(trace_id);
    }
    for (const id of told.keys()) this.stale.delete(id);
    this.merge([...told.values()].filter((trace) => this.within(trace)), at_top);
    void this.refresh(at_top);
  }

  /** Whether a trace that the stream told of is in the range of the list: the stream knows the filter alone. @param {Trace} trace */
  within({ started_at }) {
    const { until } = this.query;
    return !until || !started_at || !/^\d{4}-/.test(String(until)) || Date.parse(started_at) <= Date.parse(String(until));
  }

  /** Ask again for what changed, at once and then at most once a second. @param {boolean} at_top */
  async refresh(at_top) {
    if (this.refreshing || !this.stale.size) return;
    this.refreshing = true;
    const ids = [...this.stale];
    this.stale.clear();
    try {
      const { items } = ids.length > MOST_SINGLE
        ? await get("traces", { ...this.query, limit: HEAD })
        : { items: (await Promise.all(ids.map((trace) => get("traces", { trace, limit: 1 })))).flatMap((page) => page.items) };
      this.merge(items, at_top);
    } catch {
      // The next event asks again; a server that went away is told by the dot.
    }
    setTimeout(() => {
      this.refreshing = false;
      void this.refresh(at_top);
    }, REFRESH_MS);
  }

  /** What there is now, when the page is shown again or events may have been missed. @param {boolean} at_top */
  async catchUp(at_top) {
    if (this.loaded) return this.renew(at_top);
    if (this.busy) this.missed = true;
    return this.more();
  }

  /** What is newest now. @param {boolean} at_top */
  async renew(at_top) {
    try {
      const { items } = await get("traces", { ...this.query, limit: HEAD });
      const gap = items.length === HEAD && !items.some((/** @type {Trace} */ trace) => this.byId.has(trace.id));
      if (gap && at_top) await this.restart();
      else this.merge(items, at_top);
    } catch {
      // What was there stays; whoever scrolls or filters is told.
    }
  }

  /** From the beginning; the rows stay until the first page is there. */
  async restart() {
    const fresh = new TraceList(this.query);
    await fresh.more();
    Object.assign(this, { rows: fresh.rows, byId: fresh.byId, cursor: fresh.cursor, pages: fresh.pages, error: fresh.error, longest_ns: fresh.longest_ns, loaded: fresh.loaded });
    this.pending.clear();
    this.changed();
  }
}

const KEPT = 4;
/** @type {Map<string, TraceList>} */
const lists = new Map();

/** The list of a filter; those last used stay, so that Back shows what was there, where it was. @param {Query} query */
export function listOf(query) {
  const key = JSON.stringify(query);
  const list = lists.get(key) ?? new TraceList(query);
  lists.delete(key);
  lists.set(key, list);
  if (lists.size > KEPT) lists.delete(/** @type {string} */ (lists.keys().next().value));
  return list;
}
