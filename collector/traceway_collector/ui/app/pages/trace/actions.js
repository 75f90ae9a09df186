/** What can be done with a trace: copy its link, export, compare, print, delete. */
import { change } from "../../api.js";
import { h, tags } from "../../dom.js";
import { plural } from "../../format.js";
import { Icon } from "../../icons.js";
import { forget } from "../../load.js";
import { copyLink, toast } from "../../parts/copy.js";
import { confirmLoss } from "../../parts/dialog.js";
import { download, formatItems } from "../../parts/download.js";
import { Menu } from "../../parts/menu.js";
import { go, href } from "../../router.js";
import { printTranscript } from "./print.js";

/** @import { Tree } from "./tree.js" */

const { div, button, a } = tags;

/** @param {{ tree: Tree }} props */
export function Actions({ tree }) {
  const { id } = tree.trace;
  return div({ class: "row-of actions" },
    button({ class: "button quiet icon", title: "Copy link (c)", "aria-label": "Copy link", onClick: copyLink }, h(Icon, { name: "copy", size: 14 })),
    a({ class: "button quiet icon", title: "Compare with another trace", "aria-label": "Compare with another trace",
      href: href("compare", "", { a: id }) }, h(Icon, { name: "compare", size: 14 })),
    h(ExportMenu, { tree }),
    button({ class: "button quiet icon", title: "Delete this trace", "aria-label": "Delete this trace", onClick: () => void remove(tree) },
      h(Icon, { name: "trash", size: 14 })));
}

/** @param {{ tree: Tree }} props */
const ExportMenu = ({ tree }) =>
  h(Menu, {
    label: "Export", kind: "quiet icon", face: h(Icon, { name: "download", size: 14 }),
    inside: (close) => div({ class: "menu", role: "menu" },
      formatItems((format) => (close(), void download(`traces/${tree.trace.id}/export`, { format }))),
      button({ role: "menuitem", onClick: () => (close(), void printTranscript(tree)) }, "Print the transcript")),
  });

/** @param {Tree} tree */
async function remove({ trace }) {
  const text = `Its ${plural(trace.span_count, "span")} and logs, and files that only it used, are deleted for good.`;
  if (!(await confirmLoss({ title: "Delete this trace?", text, action: "Delete" }))) return;
  try {
    await change("DELETE", `traces/${trace.id}`);
    forget();
    toast("Deleted");
    go("traces");
  } catch (error) {
    toast(error instanceof Error ? error.message : "It could not be deleted");
  }
}
