/** The run as the agent lived it. Steps come in chunks; those far from what is in sight are only as high as they were. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { h, tags } from "../../../dom.js";
import { useKeys } from "../../../keys.js";
import { Empty, Skeleton } from "../../../parts/states.js";
import { useContents } from "../contents.js";
import { printing } from "../print.js";
import { select, showTab } from "../state.js";
import { plan } from "./plan.js";
import { StepView } from "./steps.js";

/** @import { Step } from "./plan.js" */
/** @import { State } from "../state.js" */
/** @import { Tree } from "../tree.js" */

const { div, button } = tags;
const CHUNK = 10;
const STEP_PX = 110;
const NEAR = "1600px 0px";
/** So many steps from the first in sight are waited for, so that nothing moves under the eyes of a reader. */
const WAITED = 8;

/** @param {{ tree: Tree, state: State, mine: () => boolean }} props */
export function Transcript({ tree, state, mine }) {
  const { steps, stepOf } = useMemo(() => plan(tree, state.folded), [tree, state.folded]);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const heights = useRef(/** @type {Map<string, number>} */ (new Map()));
  const at = state.span ? (stepOf.get(tree.rowOf.get(state.span) ?? -1) ?? -1) : -1;
  const chunks = useMemo(() => Array.from({ length: Math.ceil(steps.length / CHUNK) }, (_, n) => steps.slice(n * CHUNK, (n + 1) * CHUNK)), [steps]);
  const idOf = (/** @type {Step | undefined} */ step) => (step ? (tree.columns.id[step.row] ?? "") : "");
  const ready = useFirstContents(tree, steps, at);
  const shown = useRef("");
  useLayoutEffect(() => {
    const id = ready ? idOf(steps[at]) : "";
    if (!id || shown.current === id) return;
    // What was clicked is in sight already.
    const first = shown.current === "";
    shown.current = id;
    box.current?.querySelector(`[data-step="${id}"]`)?.scrollIntoView({ block: first ? "start" : "nearest" });
  }, [at, steps, ready]);
  const walk = (/** @type {number} */ by) => () => {
    if (!mine() || !steps.length) return false;
    select(idOf(steps[Math.min(Math.max(at + by, 0), steps.length - 1)]));
  };
  useKeys("Transcript", [
    { keys: "j ArrowDown", label: "Next step", run: walk(1) },
    { keys: "k ArrowUp", label: "Previous step", run: walk(-1) },
    { keys: "Enter", label: "Open the span", run: () => (mine() && state.span ? select(state.span, { open: true }) : false) },
  ]);
  if (!steps.length) {
    return h(Empty, { title: "Nothing was said in this trace" }, "It has no calls of models, tools or files.",
      button({ class: "button", onClick: () => showTab("waterfall") }, "Show the waterfall"));
  }
  if (!ready) return h(Skeleton, { lines: 10 });
  return div({ class: "transcript", ref: box, tabIndex: 0, role: "feed", "aria-label": "Transcript" },
    chunks.map((chunk, n) =>
      h(Chunk, { key: idOf(chunk[0]), id: idOf(chunk[0]), tree, state, steps: chunk, box, heights: heights.current,
        now: n === 0 || Math.floor(at / CHUNK) === n })));
}

/** Whether what is read first has its contents; once it has, or has failed, it stays so. @param {Tree} tree @param {Step[]} steps @param {number} at */
function useFirstContents(tree, steps, at) {
  const first = Math.max(at, 0);
  const rows = steps.slice(first, first + WAITED).flatMap((step) => (step.type === "call" ? [step.row, ...step.earlier, ...step.before, ...step.after] : step.loads ? [step.row] : []));
  const ids = useRef([...new Set(rows)].map((row) => tree.columns.id[row] ?? ""));
  const { spans, error } = useContents(tree.trace.id, ids.current);
  return spans !== null || error !== null;
}

/**
 * @param {{ id: string, tree: Tree, state: State, steps: Step[], box: { current: HTMLDivElement | null }, heights: Map<string, number>, now: boolean }} props
 *   `now`: drawn from the start
 */
function Chunk({ id, tree, state, steps, box, heights, now }) {
  const [near, setNear] = useState(now);
  const own = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    const element = own.current;
    if (!element) return;
    const observer = new IntersectionObserver((entries) => {
      const is = entries.at(-1)?.isIntersecting ?? false;
      if (!is) heights.set(id, element.offsetHeight);
      setNear(is);
    }, { root: box.current, rootMargin: NEAR });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const drawn = near || now || printing.value;
  return div({ class: "chunk", ref: own, style: drawn ? {} : { height: `${heights.get(id) ?? steps.length * STEP_PX}px` } },
    drawn ? steps.map((step) => h(StepView, { key: `${step.type} ${step.row}`, tree, state, step })) : null);
}
