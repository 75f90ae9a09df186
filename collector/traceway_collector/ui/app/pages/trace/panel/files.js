/** The files that a span and all below it read and wrote. */
import { h, tags } from "../../../dom.js";
import { plural, shortHash } from "../../../format.js";
import { KindMark, kindOf } from "../../../kinds.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { href } from "../../../router.js";
import { select } from "../state.js";

/** @import { Tree } from "../tree.js" */

const { div, ol, li, a, button, span, bdi, p } = tags;
const MOST = 200;

/** @param {Tree} tree @param {number} row @returns {number[]} at most one more than are shown */
export function filesBelow(tree, row) {
  const found = [];
  for (let at = row; at < (tree.ends[row] ?? 0) && found.length <= MOST; at++) if (tree.columns.file_path[at]) found.push(at);
  return found;
}

/** @param {{ tree: Tree, row: number }} props */
export function SpanFiles({ tree, row }) {
  const { columns } = tree;
  const rows = filesBelow(tree, row);
  return div(null,
    ol({ class: "file-list" }, rows.slice(0, MOST).map((at) => {
      const path = columns.file_path[at] ?? "";
      const version = columns.file_version[at];
      return li({ key: at, class: "row-of" },
        h(KindMark, { kind: columns.kind[at] ?? "" }),
        a({ class: "mono line grow", href: fileHref(path, version), title: oneLine(path) }, bdi(null, oneLine(path))),
        version ? span({ class: "mono faint small", title: version }, shortHash(version))
          : span({ class: "faint small" }, "no version"),
        at === row ? null : button({ class: "button quiet tiny", title: kindOf(columns.kind[at] ?? "").label,
          onClick: () => select(columns.id[at] ?? "", { open: true }) }, "Show span"));
    })),
    rows.length > MOST ? p({ class: "faint" }, `The first ${plural(MOST, "access", "accesses")}; the Files tab has them all.`) : null);
}

/** The page of a file. @param {string} path @param {string | null} [version] */
export const fileHref = (path, version) => href("files", path, { v: version });

/** What changed between two versions of a file. @param {string} path @param {string} from @param {string} to */
export const diffHref = (path, from, to) => href("files", path, { view: "diff", v: to, base: from });
