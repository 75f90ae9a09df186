/** Icons, drawn with one stroke on a 16 × 16 grid. */
import { h } from "preact";

const PATHS = {
  traces: "M2 4h9M4 8h10M3 12h6",
  sessions: "M3 3h10v7H7l-3 3v-3H3z",
  charts: "M2.5 13.5h11M4 11V7M8 11V3.5M12 11V5.5",
  files: "M4 2h5l3 3v9H4zM9 2v3h3",
  compare: "M5.5 2v12M10.5 2v12M2.5 5h3M10.5 8h3M2.5 11h3",
  ingest: "M8 2v7M5 6.5 8 9.5l3-3M2.5 11v2.5h11V11",
  settings: "M8 5.75a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5zM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4",
  brand: "M8 1.5 14.5 8 8 14.5 1.5 8z",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3 8.5 6.5 12 13 4.5",
  chevron: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  open: "M9 2.5h4.5V7M13.5 2.5 8 8M11.5 9v4.5h-9v-9H7",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.5V8l2.5 1.5",
  filter: "M2 3h12L9.5 8.5V13l-3-1.5v-3z",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  plus: "M8 3v10M3 8h10",
  trash: "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9",
  download: "M8 2v8M5 7l3 3 3-3M3 13.5h10",
  warning: "M8 2 15 14H1zM8 6.5v3M8 11.8v.01",
  theme: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {{ name: IconName, size?: number }} props */
export const Icon = ({ name, size = 16 }) =>
  h("svg", {
    width: size, height: size, viewBox: "0 0 16 16", fill: "none", stroke: "currentColor", "stroke-width": 1.4,
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  }, h("path", { d: PATHS[name] }));
