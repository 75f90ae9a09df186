/** Above the list: facets, saved views, columns; what is selected and what can be done with it. */
import { useEffect, useState } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { plural } from "../../format.js";
import { Icon } from "../../icons.js";
import { confirmLoss } from "../../parts/dialog.js";
import { download, formatItems } from "../../parts/download.js";
import { toast } from "../../parts/copy.js";
import { Menu } from "../../parts/menu.js";
import { applyView, deleteView, loadViews, saveView, views } from "../../parts/views.js";
import { go, param } from "../../router.js";
import { BY_ID, COLUMNS, DEFAULT, moved, showColumns, shownColumns } from "./columns.js";

/** @import { Query } from "../../api.js" */
/** @import { View } from "../../parts/views.js" */

const { div, button, span, form, input, ul, li, label } = tags;
const view = param("view");

/**
 * @param {object} props
 * @param {Query} props.query @param {number} props.count @param {boolean} props.more
 * @param {readonly string[]} props.marked @param {() => void} props.unmark
 * @param {boolean} props.facets @param {() => void} props.flipFacets
 */
export const Toolbar = ({ query, count, more, marked, unmark, facets, flipFacets }) =>
  div({ class: "list-bar", role: "toolbar", "aria-label": "List" },
    button({ class: "button quiet", "aria-pressed": facets, title: "Facets (f)", onClick: flipFacets }, h(Icon, { name: "filter", size: 14 }), span({ class: "wide" }, "Facets")),
    marked.length
      ? h(Marked, { marked, unmark })
      : span({ class: "muted list-count", role: "status" }, count ? `${plural(count, "trace")}${more ? " loaded" : ""}` : ""),
    span({ class: "grow" }),
    h(Exports, { query, marked }),
    h(Views, { query }),
    h(Columns, null));

/** @param {{ marked: readonly string[], unmark: () => void }} props */
const Marked = ({ marked, unmark }) =>
  div({ class: "row-of", role: "status" },
    span(null, plural(marked.length, "trace"), " selected"),
    button({ class: "button", disabled: marked.length !== 2, title: marked.length === 2 ? "Step by step" : "Select two to compare", onClick: () => go("compare", "", { a: marked[0], b: marked[1] }) }, h(Icon, { name: "compare", size: 14 }), "Compare"),
    button({ class: "button quiet icon", "aria-label": "Select none", title: "Select none", onClick: unmark }, h(Icon, { name: "close", size: 12 })));

/** @param {{ query: Query, marked: readonly string[] }} props */
function Exports({ query, marked }) {
  const run = (/** @type {string} */ format) => {
    if (!marked.length) return download("export", { ...query, format, of: "traces" });
    return marked.reduce((before, id) => before.then(() => download(`traces/${id}/export`, { format })), Promise.resolve());
  };
  return h(Menu, {
    label: marked.length ? `Export ${plural(marked.length, "trace")}` : "Export all that match", face: [h(Icon, { name: "download", size: 14 }), span({ class: "wide", key: "text" }, "Export")],
    inside: (close) => div({ class: "menu", role: "menu" },
      div({ class: "menu-title faint" }, marked.length ? `${plural(marked.length, "selected trace")}, a file each` : "All that match"),
      formatItems((format) => (close(), void run(format)))),
  });
}

/** @param {{ query: Query }} props */
function Views({ query }) {
  useEffect(() => {
    if (!views.value) loadViews().catch(() => {});
  }, []);
  const now = views.value?.find(({ id }) => id === view.value);
  return h(Menu, {
    label: "Saved views", face: [h(Icon, { name: "open", size: 14 }), span({ class: "line view-name wide", key: "name" }, now?.name ?? "Views"), h(Icon, { name: "down", size: 10 })],
    inside: (close) => div({ class: "views" },
      ul({ class: "menu", role: "menu", "aria-label": "Saved views" },
        (views.value ?? []).map((each) => h(SavedView, { key: each.id, view: each, close })),
        views.value?.length ? null : li({ class: "menu-title faint", role: "none" }, "None yet: keep this filter, range and columns under a name.")),
      h(SaveView, { query, close })),
  });
}

/** @param {{ view: View, close: () => void }} props */
function SavedView({ view: saved, close }) {
  const away = async () => {
    close();
    const yes = await confirmLoss({ title: `Delete the view “${saved.name}”?`, text: "Everyone who uses this server loses it. The traces stay.", action: "Delete it" });
    if (yes) await deleteView(saved.id).catch((error) => toast(error.message));
  };
  return li({ class: "saved-view", role: "none" },
    button({ role: "menuitemradio", "aria-checked": saved.id === view.value, onClick: () => (applyView(saved), close()) }, span({ class: "line" }, saved.name), span({ class: "grow line muted mono small" }, saved.body.q ?? "")),
    button({ role: "menuitem", class: "saved-away", "aria-label": `Delete ${saved.name}`, title: "Delete", onClick: away }, h(Icon, { name: "trash", size: 14 })));
}

/** @param {{ query: Query, close: () => void }} props */
function SaveView({ query, close }) {
  const [name, setName] = useState("");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = (/** @type {string} */ of) => String(query[of] ?? "");
    try {
      const saved = await saveView(name.trim(), { q: text("q"), since: text("since"), until: text("until"), columns: shownColumns() });
      toast(`Saved as “${saved.name}”`);
      applyView(saved);
    } catch (error) {
      toast(/** @type {Error} */ (error).message);
    }
    close();
  };
  const same = views.value?.some((each) => each.name === name.trim());
  return form({ class: "save-view", onSubmit: submit },
    input({ class: "input grow", "aria-label": "Name of the view", placeholder: "Save this as …", maxLength: 100, value: name, onInput: (event) => setName(event.currentTarget.value) }),
    button({ class: "button", type: "submit", disabled: !name.trim() }, same ? "Replace" : "Save"));
}

function Columns() {
  const shown = shownColumns();
  const flip = (/** @type {string} */ id) => showColumns(shown.includes(id) ? shown.filter((each) => each !== id) : [...shown, id]);
  const rest = COLUMNS.map(({ id }) => id).filter((id) => !shown.includes(id));
  return h(Menu, {
    label: "Columns", face: [h(Icon, { name: "compare", size: 14 }), span({ class: "wide", key: "text" }, "Columns")],
    inside: () => div({ class: "menu columns", role: "group", "aria-label": "Columns" },
      [...shown, ...rest].map((id) => {
        const at = shown.indexOf(id);
        return div({ key: id, class: "column-choice" },
          label(null, input({ type: "checkbox", checked: at >= 0, disabled: at >= 0 && shown.length === 1, onChange: () => flip(id) }), BY_ID[id]?.label),
          at < 0 ? null : [
            button({ key: "up", class: "button quiet icon up", disabled: at === 0, "aria-label": `${BY_ID[id]?.label} further left`, title: "Further left", onClick: () => showColumns(moved(shown, id, -1)) }, h(Icon, { name: "down", size: 12 })),
            button({ key: "down", class: "button quiet icon", disabled: at === shown.length - 1, "aria-label": `${BY_ID[id]?.label} further right`, title: "Further right", onClick: () => showColumns(moved(shown, id, 1)) }, h(Icon, { name: "down", size: 12 })),
          ]);
      }),
      button({ class: "button quiet", onClick: () => showColumns(DEFAULT) }, "As at first")),
  });
}
