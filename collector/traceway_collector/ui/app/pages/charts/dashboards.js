/** Dashboards: kept by the server, the one of the URL, and what was changed but not yet saved (in the URL, too). */
import { computed, signal } from "@preact/signals";
import { change, get } from "../../api.js";
import { newId } from "../../parts/new-id.js";
import { param, patch } from "../../router.js";
import { DEFAULTS, fromText, readPanels, toText } from "./panels.js";

/** @import { Panel } from "./panels.js" */

/** @typedef {{ id: string, name: string, body: { panels?: unknown }, updated_at?: string }} Dashboard */

export const DEFAULT_ID = "default";

/** Those the server keeps; null until asked for. */
export const kept = signal(/** @type {Dashboard[] | null} */ (null));

const asked = param("d");
const drafted = param("panels");
export const chosen = computed(() => asked.value || DEFAULT_ID);

/** A draft too long for a URL, with whose it is. */
const long = signal(/** @type {{ id: string, panels: Panel[] } | null} */ (null));
const LONG = "unsaved";

/** The dashboard of the URL as it is kept; the default one exists without being kept. */
export const current = computed(() => {
  const found = kept.value?.find(({ id }) => id === chosen.value);
  return found ?? (chosen.value === DEFAULT_ID ? { id: DEFAULT_ID, name: "Overview", body: { panels: DEFAULTS } } : null);
});

/** @type {import("@preact/signals").ReadonlySignal<Panel[]>} */
export const panels = computed(() => {
  if (drafted.value === LONG && long.value?.id === chosen.value) return long.value.panels;
  return (drafted.value && fromText(drafted.value)) || readPanels(current.value?.body.panels);
});

export const isChanged = computed(() => drafted.value !== "" && (drafted.value !== LONG || long.value?.id === chosen.value));

/** @param {AbortSignal} [signal] @returns {Promise<Dashboard[]>} */
export async function loadDashboards(signal) {
  kept.value = (await get("dashboards", {}, signal)).items;
  return kept.value ?? [];
}

/** Show panels that are not saved yet. @param {Panel[]} changed @param {Record<string, string>} [also] other parameters to set */
export function arrange(changed, also = {}) {
  const text = toText(changed);
  if (!text) long.value = { id: chosen.value, panels: changed };
  patch({ panels: text || LONG, ...also }, { replace: true });
}

export const discard = () => patch({ panels: "" }, { replace: true });

/** Keep what is shown. @param {string} [name] of a new dashboard; none: under the present one */
export async function save(name) {
  const id = name === undefined ? chosen.value : newId(name, "dashboard", [DEFAULT_ID, ...(kept.value ?? []).map((each) => each.id)]);
  await change("PUT", `dashboards/${id}`, { name: name ?? current.value?.name ?? id, body: { panels: panels.value } });
  await loadDashboards();
  patch({ d: id === DEFAULT_ID ? "" : id, panels: "" }, { replace: name === undefined });
}

/** @param {Dashboard} dashboard @param {string} name */
export async function rename(dashboard, name) {
  await change("PUT", `dashboards/${dashboard.id}`, { name, body: dashboard.body });
  await loadDashboards();
}

/** @param {string} id */
export async function remove(id) {
  await change("DELETE", `dashboards/${id}`);
  await loadDashboards();
}
