/** Saved views: a filter, a range and columns under a name, kept by the server for everyone who uses it. */
import { signal } from "@preact/signals";
import { change, get } from "../api.js";
import { go } from "../router.js";
import { newId } from "./new-id.js";

/** @typedef {{ id: string, name: string, body: { q?: string, since?: string, until?: string, columns?: string[] } }} View */

/** Those there are; null until they were asked for. */
export const views = signal(/** @type {View[] | null} */ (null));

export async function loadViews() {
  views.value = (await get("views")).items;
}

/** @param {View} view */
export const applyView = ({ id, body }) =>
  go("traces", "", { q: body.q ?? "", since: body.since ?? "", until: body.until ?? "", cols: (body.columns ?? []).join(","), view: id });

/** Keep a view under a name; one of this name is replaced. @param {string} name @param {View["body"]} body @returns {Promise<View>} */
export async function saveView(name, body) {
  const same = views.value?.find((view) => view.name === name);
  const saved = await change("PUT", `views/${same?.id ?? newId(name, "view", (views.value ?? []).map(({ id }) => id))}`, { name, body });
  await loadViews();
  return saved;
}

/** @param {string} id */
export async function deleteView(id) {
  await change("DELETE", `views/${id}`);
  await loadViews();
}
