/** The trace under the cursor, beside the list. */
import { useRef } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { Icon } from "../../icons.js";
import { useFocusBack } from "../../parts/focus.js";
import { lazy } from "../../parts/lazy.js";
import { href, patch } from "../../router.js";

const { aside, div, a, button, span } = tags;

const TraceView = lazy(() => import("../trace/view.js").then((module) => module.TraceView));

/** @param {{ id: string, step: (by: number) => void }} props */
export function Pane({ id, step }) {
  const own = useRef(/** @type {HTMLElement | null} */ (null));
  useFocusBack(own, ".list .virtual");
  return aside({ class: "pane", "aria-label": "Trace", ref: own },
    div({ class: "pane-bar" },
      button({ class: "button quiet icon up", "aria-label": "Previous trace", title: "Previous ([)", onClick: () => step(-1) }, h(Icon, { name: "down", size: 14 })),
      button({ class: "button quiet icon", "aria-label": "Next trace", title: "Next (])", onClick: () => step(1) }, h(Icon, { name: "down", size: 14 })),
      span({ class: "grow" }),
      a({ class: "button quiet", href: href("traces", id), title: "Whole page (Enter)" }, h(Icon, { name: "open", size: 14 }), "Open"),
      button({ class: "button quiet icon", "aria-label": "Close the pane", title: "Close (Esc)", onClick: () => patch({ sel: "" }) }, h(Icon, { name: "close", size: 14 }))),
    div({ class: "pane-inside" }, h(TraceView, { key: id, id, compact: true })));
}
