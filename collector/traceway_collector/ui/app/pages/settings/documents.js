/** What is kept under a name for everyone who uses the server: open it, rename it, delete it. */
import { useState } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { ago, exact } from "../../format.js";
import { Icon } from "../../icons.js";
import { toast } from "../../parts/copy.js";
import { confirmLoss } from "../../parts/dialog.js";

const { ul, li, a, form, input, button, span, p } = tags;

/** @typedef {{ id: string, name: string, body: any, updated_at?: string }} Document */

/**
 * @param {{ documents: readonly Document[], kind: string, none: string, link: (document: Document) => string,
 *   rename: (document: Document, name: string) => Promise<void>, remove: (document: Document) => Promise<void> }} props
 */
export function Documents({ documents, kind, none, link, rename, remove }) {
  const [renaming, setRenaming] = useState("");
  if (!documents.length) return p({ class: "muted" }, none);
  const ask = async (/** @type {Document} */ document) => {
    const yes = await confirmLoss({ title: `Delete the ${kind} “${document.name}”?`, text: "It goes for everyone who uses this server. What was recorded stays.", action: "Delete" });
    if (yes) await remove(document).catch((error) => toast(error.message));
  };
  return ul({ class: "kept-list", "aria-label": `${kind}s` }, documents.map((document) =>
    li({ key: document.id },
      renaming === document.id
        ? h(Naming, { document, kind, done: (name) => {
            setRenaming("");
            if (name && name !== document.name) rename(document, name).catch((error) => toast(error.message));
          } })
        : a({ class: "grow line", href: link(document) }, document.name),
      span({ class: "muted", title: exact(document.updated_at) }, document.updated_at ? ago(document.updated_at) : ""),
      button({ class: "button quiet", type: "button", "aria-label": `Rename ${document.name}`, onClick: () => setRenaming(document.id) }, "Rename"),
      button({ class: "button quiet icon", type: "button", "aria-label": `Delete ${document.name}`, title: "Delete", onClick: () => ask(document) }, h(Icon, { name: "trash", size: 14 })))));
}

/** @param {{ document: Document, kind: string, done: (name: string) => void }} props */
function Naming({ document, kind, done }) {
  const [name, setName] = useState(document.name);
  return form({ class: "grow row-of", onSubmit: (event) => (event.preventDefault(), done(name.trim())) },
    input({ class: "input grow", "aria-label": `Name of the ${kind}`, value: name, maxLength: 100, ref: focusOnce,
      onInput: (event) => setName(event.currentTarget.value), onKeyDown: (event) => event.key === "Escape" && (event.preventDefault(), event.stopPropagation(), done("")) }),
    button({ class: "button", type: "submit", disabled: !name.trim() }, "Keep"));
}

/** @param {HTMLInputElement | null} element */
const focusOnce = (element) => {
  if (element && !element.closest("form")?.contains(window.document.activeElement)) element.select();
};
