/** The graph: agents, tools and models, and who called whom. A click shows the spans of a node in the waterfall. */
import { useMemo } from "preact/hooks";
import { classes, h, tags } from "../../../dom.js";
import { cost as costOf, durationNs, number, plural, short } from "../../../format.js";
import { kindOf } from "../../../kinds.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { Empty } from "../../../parts/states.js";
import { cutTo } from "../../../parts/text-width.js";
import { patch } from "../../../router.js";
import { HEIGHT, WIDTH, layout } from "./layout.js";
import { graphOf } from "./nodes.js";

/** @import { Edge } from "./nodes.js" */
/** @import { Placed } from "./layout.js" */
/** @import { Tree } from "../tree.js" */

const { div, p, svg, g, rect, text, path, title, defs, marker } = tags;
const EDGE = 16;
const NAME_X = 34;
const NAME_PX = WIDTH - NAME_X - 10;

/** @param {{ tree: Tree }} props */
export function Graph({ tree }) {
  const { nodes, edges, left } = useMemo(() => graphOf(tree), [tree]);
  const { placed, width, height } = useMemo(() => layout(nodes, edges), [nodes, edges]);
  if (!nodes.length) return h(Empty, { title: "There is nothing to draw" }, p(null, "The graph shows agents, tools and models."));
  const most = Math.max(...edges.map(({ count }) => count), 1);
  return div({ class: "t-graph", tabIndex: 0, role: "region", "aria-label": "Graph" },
    left ? p({ class: "faint small" }, `${plural(left, "more node")} with less time ${left === 1 ? "is" : "are"} left out`) : null,
    svg({ width: width + 2 * EDGE, height: height + 2 * EDGE, viewBox: `${-EDGE} ${-EDGE} ${width + 2 * EDGE} ${height + 2 * EDGE}`, role: "group",
      "aria-label": `${plural(nodes.length, "node")}, ${plural(edges.length, "edge")}` },
      defs(null, marker({ id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse",
        orient: "auto" }, path({ d: "M0 0 8 4 0 8z", class: "t-arrow" }))),
      edges.map((edge) => h(Line, { key: `${edge.from} ${edge.to}`, edge, placed, most })),
      edges.map((edge) => (edge.count > 1 ? h(Times, { key: `${edge.from} ${edge.to} times`, edge, placed }) : null)),
      [...placed.values()].map((each) => h(Box, { key: each.node.id, placed: each }))));
}

/** @param {{ edge: Edge, placed: Map<string, Placed>, most: number }} props */
function Line({ edge, placed, most }) {
  const from = placed.get(edge.from);
  const to = placed.get(edge.to);
  if (!from || !to) return null;
  const y1 = from.y + HEIGHT / 2;
  const y2 = to.y + HEIGHT / 2;
  const back = to.x <= from.x;
  const x1 = back ? from.x : from.x + WIDTH;
  const x2 = back ? to.x + WIDTH : to.x;
  const bend = Math.max(Math.abs(x2 - x1) / 2, 30) * (back ? -1 : 1);
  return g({ class: classes("edge", edge.errors > 0 && "failed") },
    path({ d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, "stroke-width": 1 + (2.5 * Math.log1p(edge.count)) / Math.log1p(most),
      "marker-end": "url(#arrow)" }),
    title(null, `${plural(edge.count, "call")}${edge.errors ? `, ${plural(edge.errors, "error")}` : ""}`));
}

/** How often, beside the end of its line and above all lines. @param {{ edge: Edge, placed: Map<string, Placed> }} props */
function Times({ edge, placed }) {
  const [from, to] = [placed.get(edge.from), placed.get(edge.to)];
  if (!from || !to) return null;
  const x = to.x <= from.x ? to.x + WIDTH + 26 : to.x - 26;
  return text({ x, y: to.y + HEIGHT / 2 - 5, class: "times" }, `${number(edge.count)}×`);
}

/** @param {{ placed: Placed }} props */
function Box({ placed: { node, x, y } }) {
  const { letter, label } = kindOf(node.kind);
  const name = oneLine(node.name, 200);
  const cost = node.cost_usd === null ? "" : costOf(node.cost_usd, node.priced);
  const open = () => patch({ tab: "waterfall", only: node.id });
  const spent = [node.tokens ? `${short(node.tokens)} tok` : "", cost].filter(Boolean).join("  ·  ");
  const said = `${label} ${name}: ${plural(node.count, "span")}, ${durationNs(node.busy_ns)}${spent ? `, ${spent}` : ""}${node.errors ? `, ${plural(node.errors, "error")}` : ""}`;
  return g({ class: classes("node", node.errors > 0 && "failed"), "data-kind": node.kind, transform: `translate(${x} ${y})` },
    rect({ width: WIDTH, height: HEIGHT, rx: 6, class: "box" }),
    rect({ width: 3, height: HEIGHT - 12, x: 0, y: 6, class: "hue" }),
    rect({ width: 16, height: 16, x: 12, y: 10, rx: 4, class: "hue" }),
    g({ "aria-hidden": "true" },
      text({ x: 20, y: 21.5, class: "letter" }, letter),
      text({ x: NAME_X, y: 22, class: "name" }, cutTo(name, NAME_PX, { from: name.startsWith("/") ? "left" : "right" })),
      text({ x: 12, y: 41, class: "sum" }, [`${number(node.count)}×`, durationNs(node.busy_ns)].join("  ·  ")),
      text({ x: 12, y: 57, class: "sum" }, spent),
      node.errors ? text({ x: WIDTH - 10, y: 57, class: "errors" }, plural(node.errors, "error")) : null),
    // What is pressed lies above all of it and says it in words.
    rect({ width: WIDTH, height: HEIGHT, rx: 6, class: "press", tabindex: 0, role: "button", "aria-label": said, onClick: open,
      onKeyDown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        open();
      } }, title(null, said)));
}
