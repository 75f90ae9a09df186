/** The grid of panels: drag by the title, resize by the corner, or both with the arrow keys. */
import { useRef, useState } from "preact/hooks";
import { classes, h, tags } from "../../dom.js";
import { Icon } from "../../icons.js";
import { confirmLoss } from "../../parts/dialog.js";
import { patch } from "../../router.js";
import { arrange, panels as all } from "./dashboards.js";
import { byPlace, placed, without } from "./layout.js";
import { COLUMNS, titleOf } from "./panels.js";
import { PanelBody } from "./panel.js";

/** @import { Panel } from "./panels.js" */
/** @import { Range } from "./query.js" */
/** @import { Schema } from "./units.js" */

const { div, section, h2, button, span } = tags;
/** As charts.css has it. */
const ROW_PX = 64;

/** @typedef {{ panels: readonly Panel[], range: Range, schema: Schema, tables: ReadonlySet<string>, turn: number }} Shown */

/** @param {Shown} props */
export function Grid({ panels, range, schema, tables, turn }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [moving, setMoving] = useState(/** @type {Panel[] | null} */ (null));
  const [said, setSaid] = useState("");
  const shown = moving ?? panels;

  /** @param {PointerEvent} event @param {Panel} panel @param {"move" | "size"} how */
  const drag = (event, panel, how) => {
    if (event.button !== 0 || !box.current || (event.target instanceof Element && event.target.closest("button, a"))) return;
    event.preventDefault();
    follow(event, box.current.clientWidth / COLUMNS, (dx, dy, done) => {
      const to = how === "move" ? { x: panel.x + dx, y: panel.y + dy } : { w: panel.w + dx, h: panel.h + dy };
      const now = dx || dy ? placed(panels, panel.id, to) : null;
      setMoving(done ? null : now);
      if (done && now) arrange(now);
    });
  };
  /** @param {KeyboardEvent} event @param {Panel} panel */
  const step = (event, panel) => {
    const by = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const to = event.shiftKey ? { w: panel.w + by[0], h: panel.h + by[1] } : { x: panel.x + by[0], y: further(panels, panel, by[1]) };
    const now = placed(panels, panel.id, to);
    arrange(now);
    const at = now.find(({ id }) => id === panel.id);
    if (at) setSaid(`Column ${at.x + 1}, row ${at.y + 1}, ${at.w} wide, ${at.h} high`);
  };
  return div({ class: classes("charts-grid", moving && "moving"), ref: box },
    byPlace(shown).map((panel) => h(Cell, { key: panel.id, panel, range, schema, turn, as_table: tables.has(panel.id), tables, drag, step })),
    span({ class: "hidden", role: "status" }, said));
}

/** One row up or down, as far as it takes to pass the neighbour. @param {readonly Panel[]} panels @param {Panel} panel @param {number} by */
function further(panels, panel, by) {
  if (!by) return panel.y;
  const beside = panels.filter((each) => each.id !== panel.id && each.x < panel.x + panel.w && panel.x < each.x + each.w);
  if (by < 0) return Math.max(-1, ...beside.filter(({ y }) => y < panel.y).map(({ y }) => y));
  const below = beside.filter(({ y }) => y >= panel.y + panel.h).map(({ y }) => y);
  return below.length ? Math.min(...below) + 1 : panel.y;
}

/** Tell how many cells the pointer went, until it is let go. @param {PointerEvent} start @param {number} column_px @param {(dx: number, dy: number, done: boolean) => void} moved */
function follow(start, column_px, moved) {
  const cells = (/** @type {PointerEvent} */ event) =>
    /** @type {const} */ ([Math.round((event.clientX - start.clientX) / column_px), Math.round((event.clientY - start.clientY) / ROW_PX)]);
  const stop = new AbortController();
  addEventListener("pointermove", (event) => moved(...cells(event), false), { signal: stop.signal });
  addEventListener("pointerup", (event) => (stop.abort(), moved(...cells(event), true)), { signal: stop.signal });
  addEventListener("pointercancel", () => (stop.abort(), moved(0, 0, true)), { signal: stop.signal });
}

/**
 * @param {{ panel: Panel, range: Range, schema: Schema, turn: number, as_table: boolean, tables: ReadonlySet<string>,
 *   drag: (event: PointerEvent, panel: Panel, how: "move" | "size") => void, step: (event: KeyboardEvent, panel: Panel) => void }} props
 */
function Cell({ panel, range, schema, turn, as_table, tables, drag, step }) {
  const title = titleOf(panel);
  return section({ class: "panel", "aria-label": title, style: { gridColumn: `${panel.x + 1} / span ${panel.w}`, gridRow: `${panel.y + 1} / span ${panel.h}` } },
    div({ class: "panel-head", onPointerDown: (event) => drag(event, panel, "move") },
      h2({ class: "grow line", title: panel.q ? `${title}: ${panel.q}` : title }, title),
      h(Actions, { panel, title, as_table, tables, step })),
    div({ class: "panel-body" }, h(PanelBody, { panel, range, schema, as_table, turn })),
    div({ class: "panel-corner", "aria-hidden": "true", onPointerDown: (event) => drag(event, panel, "size") }));
}

/** @param {{ panel: Panel, title: string, as_table: boolean, tables: ReadonlySet<string>, step: (event: KeyboardEvent, panel: Panel) => void }} props */
function Actions({ panel, title, as_table, tables, step }) {
  const over_time = panel.shape === "line" || panel.shape === "bar";
  const turn = () => patch({ tables: [...(as_table ? [...tables].filter((id) => id !== panel.id) : [...tables, panel.id])].join(",") }, { replace: true });
  return div({ class: "panel-actions" },
    over_time ? button({ class: "button quiet icon", type: "button", "aria-pressed": as_table, "aria-label": `${title} as a table`, title: "As a table", onClick: turn }, h(Icon, { name: "traces", size: 14 })) : null,
    button({ class: "button quiet icon", type: "button", "aria-label": `Edit ${title}`, title: "Edit", onClick: () => patch({ edit: panel.id }) }, h(Icon, { name: "settings", size: 14 })),
    button({ class: "button quiet icon", type: "button", "aria-label": `Remove ${title}`, title: "Remove", onClick: () => removePanel(panel) }, h(Icon, { name: "trash", size: 14 })),
    button({ class: "button quiet icon panel-mover", type: "button", "aria-label": `Move ${title} with the arrow keys, resize it with Shift and the arrow keys`, title: "Arrow keys move, with Shift they resize",
      onKeyDown: (event) => step(event, panel) }, h(Icon, { name: "more", size: 14 })));
}

/** @param {Panel} panel */
async function removePanel(panel) {
  const yes = await confirmLoss({ title: `Remove “${titleOf(panel)}”?`, text: "The panel goes from this dashboard. Nothing that was recorded is lost.", action: "Remove" });
  if (yes) arrange(without(all.value, panel.id), { edit: "" });
}
