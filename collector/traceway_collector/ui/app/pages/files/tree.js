/** Paths as a tree, pure. Folders that hold nothing but one folder share a row ("home/ada/shop"). */

/**
 * @typedef {object} Node
 * @property {string} name what the row shows
 * @property {string} path of the file, or of the folder with a slash at its end
 * @property {any | null} file the summary of the API; null for a folder
 * @property {Node[]} children folders first, then by name
 * @property {number} files files in it
 */

/** @typedef {{ node: Node, depth: number, open: boolean }} Row */

/** @param {any[]} files summaries of GET /api/files @returns {Node} */
export function treeOf(files) {
  const root = folder("", "");
  /** @type {Map<string, Node>} */
  const folders = new Map([["", root]]);
  for (const file of files) {
    const cut = file.path.lastIndexOf("/") + 1;
    const parent = folderOf(file.path.slice(0, cut), folders);
    parent.children.push({ name: file.path.slice(cut) || file.path, path: file.path, file, children: [], files: 1 });
  }
  return settle(root);
}

/** @param {string} path with a slash at its end @param {Map<string, Node>} folders @returns {Node} */
function folderOf(path, folders) {
  /** @type {string[]} */
  const missing = [];
  let at = path;
  while (!folders.has(at)) {
    missing.push(at);
    at = at === "/" ? "" : at.slice(0, at.lastIndexOf("/", at.length - 2) + 1);
  }
  let node = /** @type {Node} */ (folders.get(at));
  for (const each of missing.reverse()) {
    const made = folder(each.slice(node.path.length), each);
    node.children.push(made);
    folders.set(each, made);
    node = made;
  }
  return node;
}

/** @param {string} name @param {string} path @returns {Node} */
const folder = (name, path) => ({ name, path, file: null, children: [], files: 0 });

/** Counts, order, and folders with a single folder joined. @param {Node} node @returns {Node} */
function settle(node) {
  node.children = node.children.map((child) => (child.file ? child : settle(child)));
  node.children.sort((a, b) => Number(Boolean(a.file)) - Number(Boolean(b.file)) || (a.name < b.name ? -1 : 1));
  node.files = node.children.reduce((sum, child) => sum + child.files, 0);
  const only = node.children[0];
  if (node.path && node.children.length === 1 && only && !only.file) return { ...only, name: node.name + only.name };
  return node;
}

/**
 * The rows in sight: what is in a closed folder is not.
 * @param {Node} root @param {ReadonlySet<string>} closed paths of folders @returns {Row[]}
 */
export function rowsOf(root, closed) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {{ node: Node, depth: number }[]} */
  const waiting = root.children.map((node) => ({ node, depth: 0 })).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    const open = !node.file && !closed.has(node.path);
    rows.push({ node, depth, open });
    if (open) for (const child of [...node.children].reverse()) waiting.push({ node: child, depth: depth + 1 });
  }
  return rows;
}
