/** The colours of series: a fixed set from the style sheet, in the theme of now, and a letter and a dash beside each. */
import { effect, signal } from "@preact/signals";
import { theme } from "../settings.js";

const SERIES = 8;

/** What draws a series apart: hue, letter, dash. `-1` is "other". @param {number} index */
export const styleOf = (index) => ({
  colour: index < 0 ? "--series-other" : `--series-${(index % SERIES) + 1}`,
  letter: index < 0 ? "…" : String.fromCharCode(65 + (index % 26)),
  dash: index < 0 ? [1, 3] : /** @type {number[]} */ ([[], [7, 3], [2, 3], [9, 3, 2, 3]][index % 4]),
});

/** Goes up when colours changed: whatever is drawn on a canvas depends on it. */
export const painted = signal(0);
const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => painted.value++);
effect(() => {
  theme.value;
  // After the effect that puts the theme on the page.
  queueMicrotask(() => painted.value++);
});

/** A custom property as a colour that a canvas takes: light-dark() is resolved. @param {string} name */
export function colourOf(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
