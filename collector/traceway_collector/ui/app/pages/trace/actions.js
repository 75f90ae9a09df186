/** What can be done with a trace: copy its link, export, compare, print, delete. */
import { useEffect, useRef, useState } from "preact/hooks";
import { change, raw } from "../../api.js";
import { h, tags } from "../../dom.js";
import { plural } from "../../format.js";
import { Icon } from "../../icons.js";
import { useKeys } from "../../keys.js";
import { forget } from "../../load.js";
import { copy, toast } from "../../parts/copy.js";
import { confirmLoss } from "../../parts/dialog.js";
import { go, href } from "../../router.js";
import { printTranscript } from "./print.js";

/** @import { Tree } from "./tree.js" */

const { div, button, a } = tags;

const FORMATS = [
  { id: "otlp", label: "OTLP JSON", ending: "otlp.json" },
  { id: "jsonl", label: "JSON lines", ending: "jsonl" },
  { id: "csv", label: "CSV", ending: "csv" },
  { id: "parquet", label: "Parquet", ending: "parquet" },
];

export async function copyLink() {
  if (await copy(location.href)) toast("Link copied");
}

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
function ExportMenu({ tree }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const opener = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useKeys("Menu", [{ keys: "Escape", label: "Close the menu", run: () => (open ? close() : false) }]);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const outside = (/** @type {Event} */ event) => box.current?.parentElement?.contains(/** @type {Node} */ (event.target)) || setOpen(false);
    addEventListener("pointerdown", outside);
    box.current?.querySelector("button")?.focus();
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const chosen = (/** @type {() => unknown} */ run) => () => {
    close();
    void run();
  };
  return div({ class: "t-menu-of" },
    button({ class: "button quiet icon", ref: opener, title: "Export", "aria-label": "Export", "aria-haspopup": "menu", "aria-expanded": open,
      onClick: () => setOpen(!open) }, h(Icon, { name: "download", size: 14 })),
    open
      ? div({ class: "float menu", role: "menu", ref: box, onKeyDown: walk },
        FORMATS.map((format) => button({ key: format.id, role: "menuitem", onClick: chosen(() => download(tree.trace.id, format)) }, format.label)),
        button({ role: "menuitem", onClick: chosen(() => printTranscript(tree)) }, "Print the transcript"))
      : null);
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.currentTarget instanceof Element)) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("button")];
  const at = all.findIndex((each) => each === document.activeElement);
  all[(at + step + all.length) % all.length]?.focus();
}

/** Through `fetch`, as a link cannot send a key. @param {string} id @param {{ id: string, ending: string }} format */
export async function download(id, format) {
  try {
    const response = await raw(`traces/${id}/export`, { format: format.id });
    save(await response.blob(), `trace-${id.slice(0, 8)}.${format.ending}`);
  } catch (error) {
    toast(error instanceof Error ? error.message : "It could not be exported");
  }
}

/** @param {Blob} content @param {string} name */
export function save(content, name) {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

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
