/** Charts: a dashboard of panels over the filter and the time range of the page. */
import { useMemo, useState } from "preact/hooks";
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { useKeys } from "../../keys.js";
import { useRefresh } from "../../live.js";
import { useLoad } from "../../load.js";
import { Empty, Loading } from "../../parts/states.js";
import { href, param, patch } from "../../router.js";
import { current, kept, loadDashboards, panels } from "./dashboards.js";
import { Editor } from "./editor.js";
import { Grid } from "./grid.js";
import { newPanel } from "./panels.js";
import { Toolbar } from "./toolbar.js";

/** @import { Schema } from "./units.js" */

const { div, a, button } = tags;
const [q, since, until, edit, tables, before] = ["q", "since", "until", "edit", "tables", "before"].map(param);
/** How soon what has just arrived shows. */
const AGAIN_MS = 10_000;

export default function Charts() {
  const schema = useLoad("analytics schema", (signal) => /** @type {Promise<Schema>} */ (get("analytics/schema", {}, signal)));
  const dashboards = useLoad("dashboards", loadDashboards);
  useKeys("Charts", [{ keys: "a", label: "Add a panel", run: () => patch({ edit: "new" }) }]);
  const ready = { ...schema, data: schema.data && kept.value ? schema.data : undefined, error: schema.error ?? dashboards.error,
    reload: () => (schema.reload(), dashboards.reload()) };
  return div({ class: "charts" }, h(Loading, { loaded: ready, show: (known) => h(Shown, { schema: known }) }));
}

/** @param {{ schema: Schema }} props */
function Shown({ schema }) {
  const turn = useTurns();
  const range = useMemo(() => ({ q: q?.value ?? "", since: since?.value ?? "", until: until?.value ?? "" }), [q?.value, since?.value, until?.value]);
  const compared = before?.value === "1" && range.since !== "";
  const shown = useMemo(() => panels.value.map((panel) => (compared ? { ...panel, previous: true } : panel)), [panels.value, compared]);
  const in_tables = useMemo(() => new Set((tables?.value ?? "").split(",").filter(Boolean)), [tables?.value]);
  const edited = edit?.value === "new" ? newPanel(panels.value) : panels.value.find(({ id }) => id === edit?.value);
  if (!current.value && !panels.value.length) return h(Empty, { title: "There is no such dashboard" }, a({ href: href("charts", "", { d: "" }) }, "Go to the overview"));
  return div({ class: edited ? "charts-page editing" : "charts-page" },
    div({ class: "charts-main" },
      h(Toolbar, { compared, comparable: range.since !== "" }),
      shown.length
        ? h(Grid, { panels: shown, range, schema, tables: in_tables, turn })
        : h(Empty, { title: "No panels" }, button({ class: "button", type: "button", onClick: () => patch({ edit: "new" }) }, "Add panel"))),
    edited ? h(Editor, { key: edited.id, panel: edited, panels: panels.value, range, schema }) : null);
}

/** Goes up some time after something arrived. */
function useTurns() {
  const [turn, setTurn] = useState(0);
  useRefresh(() => setTurn((n) => n + 1), AGAIN_MS);
  return turn;
}
