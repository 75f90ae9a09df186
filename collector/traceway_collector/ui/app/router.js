/**
 * Every state has a URL: `#/PAGE[/ID]?NAME=VALUE`. In the hash, so that any path prefix of a reverse proxy works.
 *
 * `route` is the one truth; pages read their state from it and change it with `go` and `patch`.
 */
import { computed, signal } from "@preact/signals";

/** @typedef {{ page: string, id: string, params: URLSearchParams }} Route */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Params null, undefined, false and "" leave a name out */

/** @param {string} hash @returns {Route} */
function readRoute(hash) {
  const [path = "", query = ""] = split(hash.replace(/^#\/?/, ""), "?");
  const [page = "", id = ""] = split(path, "/");
  return { page: page || "traces", id: decode(id), params: new URLSearchParams(query) };
}

/** @param {string} text @param {string} at @returns {[string, string]} */
function split(text, at) {
  const place = text.indexOf(at);
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + 1)];
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const route = signal(readRoute(location.hash));
let shown = location.hash;
addEventListener("hashchange", follow);

/** Read the URL again. The event comes late: who changes the URL does not wait for it, so that the next key finds what the last one did. */
function follow() {
  if (location.hash === shown) return;
  shown = location.hash;
  route.value = readRoute(shown);
}

/** One parameter of the URL, as a signal. @param {string} name */
export const param = (name) => computed(() => route.value.params.get(name) ?? "");

/** Pages on which the filter, or the time range, changes nothing. They go along in the URL; a filter set there leads to the traces. */
const UNFILTERED = new Set(["files", "ingest", "settings"]);
const UNRANGED = new Set(["ingest", "settings"]);
export const filtered = computed(() => !UNFILTERED.has(route.value.page));
/** The filter of this page. */
export const filter = computed(() => (filtered.value ? (route.value.params.get("q") ?? "") : ""));
export const ranged = computed(() => !UNRANGED.has(route.value.page));

/** Parameters that go along from page to page. */
const SHARED = ["q", "since", "until"];

/**
 * The link to a page. The filter and the time range go along unless `params` says otherwise.
 * @param {string} page @param {string} [id] @param {Params} [params]
 */
export function href(page, id = "", params = {}) {
  const kept = Object.fromEntries(SHARED.map((name) => [name, route.value.params.get(name)]));
  return address(page, id, { ...kept, ...params });
}

/** @param {string} page @param {string} id @param {Params} params */
function address(page, id, params) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== false && value !== "") query.set(name, String(value));
  }
  const shown = query.toString();
  return `#/${page}${id ? `/${encodeURIComponent(id)}` : ""}${shown ? `?${shown}` : ""}`;
}

/** Go to a page; Back returns. @param {string} page @param {string} [id] @param {Params} [params] */
export function go(page, id = "", params = {}) {
  location.hash = href(page, id, params);
  follow();
}

/**
 * Change parameters of this page. `replace` leaves no step for Back: for what follows the pointer or the keys.
 * @param {Params} params @param {{ replace?: boolean }} [how]
 */
export function patch(params, { replace = false } = {}) {
  const { page, id, params: old } = route.value;
  const hash = address(page, id, { ...Object.fromEntries(old), ...params });
  if (hash === location.hash) return;
  if (replace) history.replaceState(history.state, "", hash);
  else location.hash = hash;
  follow();
}
