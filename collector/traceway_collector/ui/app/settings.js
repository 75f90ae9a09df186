/** What this browser remembers of its user: theme, density, the rail, columns. Each is a signal kept in localStorage. */
import { effect, signal } from "@preact/signals";
import { store, stored } from "./storage.js";

/**
 * A signal whose value this browser keeps.
 * @template T
 * @param {string} name @param {T} initial
 */
export function kept(name, initial) {
  const place = `traceway.${name}`;
  const made = signal(/** @type {T} */ (read(place) ?? initial));
  effect(() => store(place, JSON.stringify(made.value)));
  addEventListener("storage", (event) => {
    if (event.key === place) made.value = read(place) ?? initial;
  });
  return made;
}

/** @param {string} place */
function read(place) {
  try {
    return JSON.parse(stored(place) ?? "null");
  } catch {
    return null;
  }
}

export const theme = kept("theme", /** @type {"system" | "light" | "dark"} */ ("system"));
export const density = kept("density", /** @type {"compact" | "comfortable"} */ ("compact"));
export const railOpen = kept("rail", false);

effect(() => {
  const root = document.documentElement.dataset;
  if (theme.value === "system") delete root.theme;
  else root.theme = theme.value;
  root.density = density.value;
});

/** Pixels of a row, as tokens.css has them. */
export const rowHeight = () => (density.value === "comfortable" ? 34 : 28);

/** Light, dark, as the system says, and round again. */
export function nextTheme() {
  const order = /** @type {const} */ (["system", "light", "dark"]);
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length] ?? "system";
}
