/** Where the nodes of a graph stand: in layers from who calls to what is called, few lines crossing. Pure. */

/** @import { Edge, Node } from "./nodes.js" */

/** @typedef {{ node: Node, x: number, y: number }} Placed */

export const WIDTH = 184;
export const HEIGHT = 66;
const ACROSS = 64;
const DOWN = 18;
const SWEEPS = 6;

/** @param {readonly Node[]} nodes @param {readonly Edge[]} edges @returns {{ placed: Map<string, Placed>, width: number, height: number }} */
export function layout(nodes, edges) {
  const forward = withoutCircles(nodes, edges);
  const layers = ordered(layersOf(nodes, forward), forward);
  /** @type {Map<string, Placed>} */
  const placed = new Map();
  const tallest = Math.max(1, ...layers.map((layer) => layer.length));
  layers.forEach((layer, column) => {
    const top = ((tallest - layer.length) * (HEIGHT + DOWN)) / 2;
    layer.forEach((node, n) => placed.set(node.id, { node, x: column * (WIDTH + ACROSS), y: top + n * (HEIGHT + DOWN) }));
  });
  return { placed, width: layers.length * (WIDTH + ACROSS) - ACROSS, height: tallest * (HEIGHT + DOWN) - DOWN };
}

/** Edges that do not lead back to where a walk came from. @param {readonly Node[]} nodes @param {readonly Edge[]} edges @returns {Edge[]} */
function withoutCircles(nodes, edges) {
  const called = new Set(edges.map(({ to }) => to));
  /** @type {Map<string, "open" | "done">} */
  const seen = new Map();
  /** @type {Edge[]} */
  const kept = [];
  const walk = (/** @type {string} */ id) => {
    seen.set(id, "open");
    for (const edge of edges) {
      if (edge.from !== id) continue;
      if (seen.get(edge.to) === "open") continue;
      kept.push(edge);
      if (!seen.has(edge.to)) walk(edge.to);
    }
    seen.set(id, "done");
  };
  for (const { id } of [...nodes].sort((a, b) => Number(called.has(a.id)) - Number(called.has(b.id)))) if (!seen.has(id)) walk(id);
  return kept;
}

/** Each node one layer behind the last of those that call it. @param {readonly Node[]} nodes @param {readonly Edge[]} edges @returns {Node[][]} */
function layersOf(nodes, edges) {
  /** @type {Map<string, number>} */
  const depth = new Map(nodes.map(({ id }) => [id, 0]));
  for (let turn = 0; turn < nodes.length; turn++) {
    let moved = false;
    for (const { from, to } of edges) {
      const wanted = (depth.get(from) ?? 0) + 1;
      if ((depth.get(to) ?? 0) >= wanted) continue;
      depth.set(to, wanted);
      moved = true;
    }
    if (!moved) break;
  }
  /** @type {Node[][]} */
  const layers = [];
  for (const node of nodes) (layers[depth.get(node.id) ?? 0] ??= []).push(node);
  return layers.filter(Boolean);
}

/** Nodes of a layer near the middle of those they are joined to. @param {Node[][]} layers @param {readonly Edge[]} edges */
function ordered(layers, edges) {
  const sorted = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    const places = new Map(sorted.flatMap((layer) => layer.map((node, n) => [node.id, n / layer.length])));
    for (const layer of down ? sorted : [...sorted].reverse()) {
      const middle = new Map(layer.map(({ id }) => {
        const near = edges.flatMap(({ from, to }) => (down && to === id ? [places.get(from) ?? 0] : !down && from === id ? [places.get(to) ?? 0] : []));
        return [id, near.length ? near.reduce((a, b) => a + b, 0) / near.length : (places.get(id) ?? 0)];
      }));
      layer.sort((a, b) => (middle.get(a.id) ?? 0) - (middle.get(b.id) ?? 0));
      layer.forEach((node, n) => places.set(node.id, n / layer.length));
    }
  }
  return sorted;
}
