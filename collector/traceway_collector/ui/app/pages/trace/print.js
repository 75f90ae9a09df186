/** Printing: everything of the transcript is fetched and drawn first, as paper does not scroll. */
import { signal } from "@preact/signals";
import { toast } from "../../parts/copy.js";
import { patch } from "../../router.js";
import { spanContent } from "./contents.js";
import { plan } from "./transcript/plan.js";

/** @import { Tree } from "./tree.js" */

/** While it is on, the transcript draws all of itself. */
export const printing = signal(false);
const MOST = 300;

/** @param {Tree} tree */
export async function printTranscript(tree) {
  const ids = plan(tree, new Set()).steps.flatMap((step) => ("row" in step && step.loads ? [tree.columns.id[step.row] ?? ""] : []));
  if (ids.length > MOST) toast(`Only the first ${MOST} of ${ids.length} steps are printed in full`);
  else toast("Preparing the pages …");
  patch({ tab: "transcript" }, { replace: true });
  await Promise.all(ids.slice(0, MOST).map((id) => spanContent(tree.trace.id, id).catch(() => null)));
  printing.value = true;
  addEventListener("afterprint", () => (printing.value = false), { once: true });
  // Two frames: one for the contents to be drawn, one for their effects.
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => print(), 50)));
}
