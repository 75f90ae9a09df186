/** The files this trace used, by path, with what happened to each in order. */
import { useMemo } from "preact/hooks";
import { h, tags } from "../../../dom.js";
import { durationNs, plural, shortHash } from "../../../format.js";
import { KindMark, kindOf } from "../../../kinds.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { Empty } from "../../../parts/states.js";
import { diffHref, fileHref } from "../panel/files.js";
import { select } from "../state.js";

/** @import { Columns, Tree } from "../tree.js" */

const { div, section, h3, ol, li, a, button, span, bdi, p } = tags;
const MOST_PATHS = 500;
const MOST_USES = 50;

/** @param {{ tree: Tree }} props */
export function Files({ tree }) {
  const paths = useMemo(() => byPath(tree), [tree]);
  if (!paths.length) return h(Empty, { title: "This trace used no files" },
    p(null, "Reads and writes are recorded by Traceway's instrumentation of Python programs."));
  return div({ class: "tab-page files-tab" },
    paths.slice(0, MOST_PATHS).map(({ path, rows }) => h(Path, { key: path, columns: tree.columns, path, rows })),
    paths.length > MOST_PATHS ? p({ class: "faint" }, `${plural(paths.length - MOST_PATHS, "more path")}: the Files page has them all.`) : null);
}

/** @param {Tree} tree */
function byPath({ columns, count }) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (let row = 0; row < count; row++) {
    const path = columns.file_path[row];
    if (!path) continue;
    const rows = found.get(path);
    if (rows) rows.push(row);
    else found.set(path, [row]);
  }
  return [...found].map(([path, rows]) => ({ path, rows: rows.sort((a, b) => (columns.offset_ns[a] ?? 0) - (columns.offset_ns[b] ?? 0)) })).sort((a,
    b) => (a.path < b.path ? -1 : 1));
}

/** @param {{ columns: Columns, path: string, rows: number[] }} props */
function Path({ columns, path, rows }) {
  const writes = rows.filter((row) => columns.kind[row] === "fs_write").length;
  const versions = [...new Set(rows.map((row) => columns.file_version[row]).filter(Boolean))];
  const [oldest] = versions;
  const newest = versions.at(-1);
  return section({ class: "t-path" },
    div({ class: "row-of" },
      h3({ class: "mono line" }, a({ href: fileHref(path) }, bdi(null, oneLine(path)))),
      span({ class: "faint small" }, [rows.length > writes && plural(rows.length - writes, "read"), writes > 0 && plural(writes, "write")].filter(Boolean).join(", ")),
      span({ class: "grow" }),
      oldest && newest && oldest !== newest ? a({ class: "small", href: diffHref(path, oldest, newest) }, "What changed") : null),
    ol(null, rows.slice(0, MOST_USES).map((row) =>
      li({ key: row }, button({ class: "t-use", onClick: () => select(columns.id[row] ?? "", { open: true }) },
        h(KindMark, { kind: columns.kind[row] ?? "" }),
        span({ class: columns.status[row] === "error" ? "is-error fold-what" : "fold-what" },
          columns.status[row] === "error" ? "failed" : kindOf(columns.kind[row] ?? "").label),
        span({ class: "mono faint small" }, columns.file_version[row] ? shortHash(columns.file_version[row] ?? "") : "no version"),
        span({ class: "grow" }),
        span({ class: "faint small" }, `at ${durationNs(columns.offset_ns[row])}`))))),
    rows.length > MOST_USES ? p({ class: "faint small" }, `and ${rows.length - MOST_USES} more`) : null);
}
