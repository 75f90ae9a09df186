/** Files: the tree of paths on the left, one file with its versions on the right. */
import { useMemo, useRef, useState } from "preact/hooks";
import { get } from "../../api.js";
import { classes, h, tags } from "../../dom.js";
import { number, plural } from "../../format.js";
import { useKeys } from "../../keys.js";
import { useRefresh } from "../../live.js";
import { useLoad } from "../../load.js";
import { Empty, Loading } from "../../parts/states.js";
import { VirtualList, rowStyle } from "../../parts/virtual.js";
import { go, href, param, patch, route } from "../../router.js";
import { rowHeight } from "../../settings.js";
import { File } from "./file.js";
import { rowsOf, treeOf } from "./tree.js";

/** @import { Node, Row } from "./tree.js" */

const { div, input, span, p, a, h2 } = tags;
const MOST_FILES = 1000;
const REFRESH_MS = 1000;

const find = param("find");
const since = param("since");
const until = param("until");

export default function Files() {
  const query = { q: find.value, since: since.value, until: until.value, limit: MOST_FILES };
  const loaded = useLoad(`files ${JSON.stringify(query)}`, (signal) => get("files", query, signal));
  useRefresh(loaded.reload, REFRESH_MS, ({ type }) => type === "file_version_created");
  const path = route.value.id;
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useKeys("Files", [{ keys: "/", label: "Find a path", run: () => field.current?.focus() }]);
  return div(
    { class: classes("files", path && "with-file") },
    div({ class: "files-side" },
      div({ class: "files-find" },
        input({ ref: field, class: "input", type: "search", placeholder: "Find a path", "aria-label": "Find a path", value: find.value,
          onInput: (event) => patch({ find: event.currentTarget.value }, { replace: true }) })),
      h(Loading, { loaded, show: (/** @type {any} */ data) => h(Tree, { data, path }) })),
    div({ class: "files-main" }, path
      ? h(File, { path, key: path })
      : div({ class: "state" }, h2(null, "Choose a file"), p(null, "Its versions, who wrote and who read them, and how they differ."))),
  );
}

/** @param {{ data: any, path: string }} props */
function Tree({ data, path }) {
  const [closed, setClosed] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [cursor, setCursor] = useState(-1);
  const root = useMemo(() => treeOf(data.items), [data]);
  const rows = useMemo(() => rowsOf(root, closed), [root, closed]);
  const at = Math.min(cursor, rows.length - 1);
  const row = rows[at];

  /** @param {Node} node @param {boolean} open */
  const fold = (node, open) => {
    const next = new Set(closed);
    if (open) next.delete(node.path);
    else next.add(node.path);
    setClosed(next);
  };
  const step = (/** @type {number} */ by) => setCursor(Math.max(0, Math.min(rows.length - 1, at + by)));
  useKeys("Files", [
    { keys: "j ArrowDown", label: "Next path", run: () => step(1) },
    { keys: "k ArrowUp", label: "Previous path", run: () => step(-1) },
    { keys: "ArrowLeft", label: "Fold a folder", run: () => (row && !row.node.file ? fold(row.node, false) : false) },
    { keys: "ArrowRight", label: "Unfold a folder", run: () => (row && !row.node.file ? fold(row.node, true) : false) },
    { keys: "Enter", label: "Open the file", run: () => (!row ? false : row.node.file ? open(row.node) : fold(row.node, !row.open)) },
    { keys: "Escape", label: "Close the file", run: () => (path ? go("files", "", { find: find.value }) : false) },
  ]);

  if (!data.items.length) {
    return h(Empty, { title: find.value ? "No such path" : "No files yet" },
      p(null, find.value ? "No file that was read or written has this in its path." : "Programs started with `traceway run` show the files they read and write."),
      find.value ? null : a({ href: href("ingest") }, "How to connect"));
  }
  return h(VirtualList, {
    count: rows.length, height: rowHeight(), selected: at,
    attributes: { role: "tree", "aria-label": `${plural(root.files, "file")}${data.has_more ? ", the last used" : ""}` },
    row: (index) => h(PathRow, { key: rows[index]?.node.path ?? index, row: /** @type {Row} */ (rows[index]), index, current: index === at, shown: rows[index]?.node.path === path, fold }),
  });
}

/** @param {Node} node */
const open = (node) => go("files", node.path, { find: find.value });

/** @param {{ row: Row, index: number, current: boolean, shown: boolean, fold: (node: Node, open: boolean) => void }} props */
function PathRow({ row: { node, depth, open: isOpen }, index, current, shown, fold }) {
  const { file } = node;
  return div(
    {
      class: classes("row", "path-row", current && "current"), role: "treeitem", "aria-level": depth + 1, "aria-selected": shown,
      "aria-expanded": file ? undefined : isOpen, style: { ...rowStyle(index, rowHeight()), paddingLeft: `${12 + depth * 14}px` }, title: node.path,
      onClick: () => (file ? open(node) : fold(node, !isOpen)),
    },
    span({ class: "twist faint", "aria-hidden": "true" }, file ? "" : isOpen ? "▾" : "▸"),
    span({ class: "line grow" }, node.name),
    file
      ? span({ class: "uses small muted", title: `${plural(file.versions, "version")}, read ${number(file.reads)}, written ${number(file.writes)} times` },
          file.writes ? span({ class: "use", "data-kind": "fs_write" }, `w ${number(file.writes)}`) : null,
          file.reads ? span({ class: "use", "data-kind": "fs_read" }, `r ${number(file.reads)}`) : null,
          file.versions > 1 ? span(null, `${number(file.versions)} v`) : null)
      : span({ class: "small faint" }, number(node.files)),
  );
}
