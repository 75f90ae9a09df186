/** The head of the list: columns that are dragged to another place, made wider or narrower, by the keys too. */
import { useRef, useState } from "preact/hooks";
import { classes, h, tags } from "../../dom.js";
import { BY_ID, moved, resize, showColumns, shownColumns, widthOf } from "./columns.js";

const { div, span, button } = tags;
const STEP = 16;

/** @param {{ columns: readonly string[] }} props */
export function Header({ columns }) {
  const [over, setOver] = useState("");
  const drop = (/** @type {string} */ dragged, /** @type {string} */ target) => {
    const all = shownColumns();
    setOver("");
    if (dragged && dragged !== target) showColumns(moved(all, dragged, all.indexOf(target) - all.indexOf(dragged)));
  };
  return div({ class: "list-head", role: "row", "aria-rowindex": 1 },
    span({ class: "cell lead", role: "columnheader" }, span({ class: "hidden" }, "Status")),
    columns.map((id) => {
      const column = BY_ID[id];
      return div({
        key: id, class: classes("cell", `of-${id}`, column?.right && "right", over === id && "over"), role: "columnheader", draggable: true, title: column?.about ?? "Drag to another place",
        onDragStart: (event) => event.dataTransfer?.setData("text/column", id),
        onDragOver: (event) => event.dataTransfer?.types.includes("text/column") && (event.preventDefault(), setOver(id)),
        onDragLeave: () => setOver(""),
        onDrop: (event) => (event.preventDefault(), drop(event.dataTransfer?.getData("text/column") ?? "", id)),
      }, span({ class: "line" }, column?.label), h(Grip, { id, label: column?.label ?? id }));
    }));
}

/** Pulls a column wider: by the pointer, or with ← and → when it has the focus. @param {{ id: string, label: string }} props */
function Grip({ id, label }) {
  const from = useRef({ x: 0, width: 0 });
  return button({
    class: "grip", role: "slider", "aria-label": `Width of ${label}`, "aria-valuenow": widthOf(id), "aria-valuemin": 44, "aria-valuemax": 900, "aria-orientation": "horizontal", tabIndex: -1,
    draggable: true, onDragStart: (event) => (event.preventDefault(), event.stopPropagation()),
    onPointerDown: (event) => {
      const cell = event.currentTarget.parentElement;
      from.current = { x: event.clientX, width: cell?.clientWidth ?? widthOf(id) };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => event.currentTarget.hasPointerCapture(event.pointerId) && resize(id, from.current.width + event.clientX - from.current.x),
    onKeyDown: (event) => {
      const step = event.key === "ArrowRight" ? STEP : event.key === "ArrowLeft" ? -STEP : 0;
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      resize(id, widthOf(id) + step);
    },
  });
}
