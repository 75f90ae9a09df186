/**
 * The REST interface. One place for addresses, the key, errors and the stream of events.
 *
 * Addresses are relative, so the interface works under any prefix. Times on the wire are RFC 3339 and `*_ns` are
 * decimal strings; `format.js` turns them into what is shown.
 */
import { signal } from "@preact/signals";
import { store, stored } from "./storage.js";

export const GONE = "The collector does not answer. Is `traceway serve` running?";
const KEY_NAME = "traceway.api-key";

/** Whether the server asks for a key it was not given. */
export const keyWanted = signal(false);

/** Whether the last request found no server. What is shown stays; what failed asks again when it is back. */
export const gone = signal(false);

/** @param {string} key */
export function setKey(key) {
  store(KEY_NAME, key);
  keyWanted.value = false;
}

/** Whether this browser was given a key: links cannot send one. */
export const hasKey = () => Boolean(stored(KEY_NAME));

/** An answer that says what was wrong. `start` and `end`: the characters of `q` at fault. */
export class ApiError extends Error {
  /** @param {number} status @param {{ code?: string, message?: string, field?: string, start?: number, end?: number }} error */
  constructor(status, error) {
    super(error.message ?? `The server answered ${status}.`);
    this.status = status;
    this.code = error.code ?? "";
    this.field = error.field ?? "";
    this.start = error.start;
    this.end = error.end;
  }
}

/** Whether there was no answer at all. @param {Error | null} error */
export const isGone = (error) => error instanceof ApiError && error.status === 0;

/** The first question of the page, which first.js asked while the modules were on their way; it is answered once. @type {{ path: string, answer: Promise<Response> } | undefined} */
let early = /** @type {any} */ (window).early;

/** @param {string} path @param {RequestInit} init */
function fetched(path, init) {
  if (early?.path !== path || init.method) return fetch(path, init);
  const { answer } = early;
  early = undefined;
  return answer;
}

/** @param {string} path @param {RequestInit} [init] */
async function send(path, init = {}) {
  const headers = new Headers(init.headers);
  const key = stored(KEY_NAME);
  if (key) headers.set("x-api-key", key);
  let response;
  try {
    response = await fetched(path, { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    gone.value = true;
    throw new ApiError(0, { code: "unreachable", message: GONE });
  }
  gone.value = false;
  if (response.ok) return response;
  if (response.status === 401) keyWanted.value = true;
  const body = await response.json().catch(() => ({}));
  throw new ApiError(response.status, body.error ?? {});
}

/** @typedef {Record<string, string | number | boolean | readonly string[] | null | undefined>} Query */

/** @param {string} path @param {Query} [query] */
export function url(path, query = {}) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) given.append(name, String(each));
  }
  const shown = given.toString();
  return `api/${path}${shown ? `?${shown}` : ""}`;
}

/** @param {string} path @param {Query} [query] @param {AbortSignal} [signal] @returns {Promise<any>} */
export async function get(path, query, signal) {
  return (await send(url(path, query), { signal })).json();
}

/** The whole text of an answer. @param {string} path @param {Query} [query] @param {AbortSignal} [signal] */
export async function getText(path, query, signal) {
  return (await send(url(path, query), { signal })).text();
}

/** The answer itself: bytes, ranges, a download. @param {string} path @param {Query} [query] @param {RequestInit} [init] */
export const raw = (path, query, init) => send(url(path, query), init);

/** @param {string} method @param {string} path @param {unknown} [body] @param {AbortSignal} [signal] @returns {Promise<any>} */
export async function change(method, path, body, signal) {
  const init = { method, signal, headers: { "content-type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) };
  return (await send(url(path), init)).json();
}

/** @param {string} path @param {unknown} body @param {AbortSignal} [signal] */
export const post = (path, body, signal) => change("POST", path, body, signal);

/** Send a request to the OTLP receiver on this port. @param {unknown} request ExportTraceServiceRequest as JSON */
export const sendTraces = (request) =>
  send("v1/traces", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(request) });

/** @typedef {{ id: string, type: string, at?: string, trace_id?: string, span?: any, trace?: any, file?: any }} Event */

/**
 * Follow the events of the store until `signal` aborts; a broken connection goes on where it was.
 * `fetch` rather than EventSource: that cannot send a key.
 * @param {Query} query @param {(events: Event[], last: string) => void} heard `last`: the id to go on behind; there may be no event with it
 * @param {AbortSignal} signal
 * @param {(connected: boolean) => void} [connected]
 */
export async function follow(query, heard, signal, connected = () => {}) {
  let last = "";
  let wait_ms = 500;
  while (!signal.aborted) {
    try {
      const response = await send(url("events", query), { signal, headers: last ? { "last-event-id": last } : {} });
      connected(true);
      wait_ms = 500;
      for await (const { events, id } of readEvents(response)) {
        last = id || last;
        heard(events, last);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) throw error;
    }
    connected(false);
    await new Promise((done) => setTimeout(done, wait_ms));
    wait_ms = Math.min(wait_ms * 2, 10_000);
  }
}

/**
 * A text/event-stream, piece by piece: its events, and the last id, which may come without an event.
 * @param {Response} response @returns {AsyncGenerator<{ events: Event[], id: string }>}
 */
async function* readEvents(response) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? "";
    const read = blocks.map(readBlock);
    yield { events: read.flatMap(({ id, data }) => (data ? [{ id, ...JSON.parse(data) }] : [])), id: read.findLast(({ id }) => id)?.id ?? "" };
  }
}

/** @param {string} block */
function readBlock(block) {
  let id = "";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
    else if (line.startsWith("id:")) id = line.slice(3).trim();
  }
  return { id, data: data.join("\n") };
}
