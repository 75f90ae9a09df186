/** A trace: its header, its tabs and the panel of the selected span. The page, and the pane beside the list. */
import { useRef } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { plural } from "../../format.js";
import { useKeys } from "../../keys.js";
import { Loading } from "../../parts/states.js";
import { Tabs, tabId } from "../../parts/tabs.js";
import { oneLine } from "../../parts/messages/visible.js";
import { go } from "../../router.js";
import { useTitle } from "../../title.js";
import { Header } from "./header.js";
import { Neighbours } from "./neighbours.js";
import { Panel } from "./panel/panel.js";
import { TABS, closePanel, select, showTab, useTraceState } from "./state.js";
import { Files } from "./tabs/files.js";
import { Logs } from "./tabs/logs.js";
import { Raw } from "./tabs/raw.js";
import { Graph } from "./graph/graph.js";
import { Transcript } from "./transcript/transcript.js";
import { nextError } from "./tree.js";
import { useTree } from "./use-tree.js";
import { Waterfall } from "./waterfall/waterfall.js";

/** @import { Tree } from "./tree.js" */
/** @import { State } from "./state.js" */

const { div, section } = tags;

/**
 * @param {object} props
 * @param {string} props.id of the trace
 * @param {boolean} [props.compact] in a pane: keys that walk belong to the list until the pane has the focus
 */
export function TraceView({ id, compact = false }) {
  const loaded = useTree(id);
  useTitle(compact ? "" : oneLine(loaded.data?.trace.name ?? "", 80));
  return div({ class: compact ? "trace compact" : "trace" },
    h(Loading, { loaded, lines: 12, show: (/** @type {Tree} */ tree) => h(Open, { tree, compact }) }));
}

/** @param {{ tree: Tree, compact: boolean }} props */
function Open({ tree, compact }) {
  const state = useTraceState(tree);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  /** Whether keys that a list beside us wants too are ours now. */
  const mine = () => !compact || Boolean(box.current?.contains(document.activeElement));
  const walk = () => {
    const at = nextError(tree, tree.rowOf.get(state.span) ?? -1);
    if (at < 0) return false;
    select(tree.columns.id[at] ?? "", { open: true });
  };
  useKeys("Trace", [
    ...TABS.map(({ id, label }, n) => ({ keys: String(n + 1), label, run: () => showTab(id) })),
    { keys: "e", label: "Next error", run: walk },
    { keys: "Escape", label: compact ? "Close the span" : "Close the span, then back to the list", run: () => (state.panel && state.span ? closePanel() : compact ? false : go("traces")) },
  ]);
  return div({ class: "trace-in", ref: box },
    h(Header, { tree }),
    compact ? null : h(Neighbours, { id: tree.trace.id }),
    h(Tabs, { label: "Views of the trace", tabs: TABS, selected: state.tab, onSelect: showTab, panel: "trace-view" }),
    tree.truncated ? div({ class: "notice warning" }, `Only the first ${plural(tree.count, "span")} of ${tree.trace.span_count} are shown.`) : null,
    div({ class: "trace-body" },
      section({ class: "trace-main", id: "trace-view", role: "tabpanel", "aria-labelledby": tabId("trace-view", state.tab) }, h(Shown, { tree, state, mine })),
      state.panel && state.span ? h(Panel, { tree, state }) : null));
}

/** @param {{ tree: Tree, state: State, mine: () => boolean }} props */
function Shown({ tree, state, mine }) {
  switch (state.tab) {
    case "transcript":
      return h(Transcript, { tree, state, mine });
    case "graph":
      return h(Graph, { tree });
    case "files":
      return h(Files, { tree });
    case "logs":
      return h(Logs, { tree });
    case "raw":
      return h(Raw, { tree });
    default:
      return h(Waterfall, { tree, state, mine });
  }
}
