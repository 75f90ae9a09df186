/** What the URL says of a trace that is open: the tab, the selected span, its panel, what is folded, what is filtered. */
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { patch, route } from "../../router.js";

/** @import { Tree } from "./tree.js" */

export const TABS = /** @type {const} */ ([
  { id: "transcript", label: "Transcript" },
  { id: "waterfall", label: "Waterfall" },
  { id: "graph", label: "Graph" },
  { id: "files", label: "Files" },
  { id: "logs", label: "Logs" },
  { id: "raw", label: "Raw" },
]);

const CLOSED = "none";
const MOST_FOLDS_IN_URL = 100;
/** Folds that no URL has room for, until the page is left. */
const manyFolds = signal(/** @type {{ id: string, folds: Set<string> }} */ ({ id: "", folds: new Set() }));

/**
 * @typedef {object} State
 * @property {string} tab
 * @property {string} span id of the selected one, "" for none
 * @property {string} panel the tab of the span's panel, "" while it is closed
 * @property {ReadonlySet<string>} folded
 * @property {string} only a node of the graph
 */

/** @param {Tree} tree @returns {State} */
export function useTraceState(tree) {
  const { params } = route.value;
  const fold = params.get("fold") ?? "";
  const many = manyFolds.value;
  const folded = useMemo(() => (fold === "many" && many.id === tree.trace.id ? many.folds : new Set(fold && fold !== "many" ? fold.split(".") : [])),
    [fold, many, tree.trace.id]);
  const span = params.get("span") ?? "";
  const asked = params.get("tab") ?? "";
  return {
    tab: TABS.some(({ id }) => id === asked) ? asked : tree.trace.kinds.llm_call ? "transcript" : "waterfall",
    span: tree.rowOf.has(span) ? span : "",
    // A link that names a span means to show it.
    panel: params.get("panel") === CLOSED ? "" : (params.get("panel") ?? (span ? "content" : "")),
    folded,
    only: params.get("only") ?? "",
  };
}

/** @param {string} tab */
export const showTab = (tab) => patch({ tab });

/** Select a span; with `open`, in its panel. @param {string} span @param {{ open?: boolean }} [how] */
export const select = (span, { open = false } = {}) => {
  const { params } = route.value;
  const panel = params.get("panel");
  const shown = panel !== CLOSED && params.has("span");
  if (open) patch({ span, panel: shown ? panel : null }, { replace: shown });
  else patch({ span, panel: shown ? panel : CLOSED }, { replace: true });
};

/** @param {string} panel */
export const showPanel = (panel) => patch({ panel }, { replace: true });

export const closePanel = () => patch({ panel: CLOSED }, { replace: true });

/** @param {string} trace_id @param {ReadonlySet<string>} folds */
export function fold(trace_id, folds) {
  if (folds.size <= MOST_FOLDS_IN_URL) return patch({ fold: [...folds].join(".") }, { replace: true });
  manyFolds.value = { id: trace_id, folds: new Set(folds) };
  patch({ fold: "many" }, { replace: true });
}

/** Fold or unfold one span. @param {string} trace_id @param {ReadonlySet<string>} folded @param {string} id @param {boolean} [to] */
export function toggle(trace_id, folded, id, to = !folded.has(id)) {
  if (folded.has(id) === to) return;
  const next = new Set(folded);
  if (to) next.add(id);
  else next.delete(id);
  fold(trace_id, next);
}
