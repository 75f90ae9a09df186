/** Above the grid: which dashboard, what can be done with it, whether it is saved. */
import { useState } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { Icon } from "../../icons.js";
import { CopyButton, toast } from "../../parts/copy.js";
import { confirmLoss, Dialog } from "../../parts/dialog.js";
import { Menu } from "../../parts/menu.js";
import { patch } from "../../router.js";
import { arrange, chosen, current, DEFAULT_ID, discard, isChanged, kept, remove, save } from "./dashboards.js";
import { DEFAULTS } from "./panels.js";

const { div, button, span, form, input, label, h2 } = tags;

/** @param {{ compared: boolean, comparable: boolean }} props */
export function Toolbar({ compared, comparable }) {
  const [naming, setNaming] = useState(false);
  const name = current.value?.name ?? chosen.value;
  const run = (/** @type {Promise<void>} */ work) => work.catch((error) => toast(error.message));
  return div({ class: "charts-bar" },
    h(Menu, { label: `Dashboard: ${name}`, title: "Dashboards", side: "left", face: [span({ key: "n", class: "line" }, name), h(Icon, { key: "i", name: "down", size: 10 })], inside: (close) => h(Choices, { close, naming: () => setNaming(true) }) }),
    isChanged.value
      ? div({ class: "row-of", role: "status" }, span({ class: "is-warning" }, "Not saved"),
          button({ class: "button primary", type: "button", onClick: () => run(save()) }, "Save"), button({ class: "button quiet", type: "button", onClick: discard }, "Discard"))
      : null,
    span({ class: "grow" }),
    button({ class: "button quiet", type: "button", "aria-pressed": compared, disabled: !comparable, title: comparable ? "Show the period before as a dashed line" : "Choose a time range first: all time has no period before",
      onClick: () => patch({ before: compared ? "" : "1" }, { replace: true }) }, "Period before"),
    h(CopyButton, { text: () => location.href, label: "Copy a link to this dashboard" }),
    button({ class: "button", type: "button", onClick: () => patch({ edit: "new" }) }, h(Icon, { name: "plus", size: 12 }), "Add panel"),
    naming ? h(Naming, { close: () => setNaming(false) }) : null);
}

/** @param {{ close: () => void, naming: () => void }} props */
function Choices({ close, naming }) {
  const others = (kept.value ?? []).filter(({ id }) => id !== DEFAULT_ID);
  const all = [{ id: DEFAULT_ID, name: kept.value?.find(({ id }) => id === DEFAULT_ID)?.name ?? "Overview" }, ...others];
  const go = (/** @type {string} */ id) => (close(), patch({ d: id === DEFAULT_ID ? "" : id, panels: "", edit: "", tables: "" }));
  return div({ class: "menu", role: "menu", "aria-label": "Dashboards" },
    all.map(({ id, name }) => button({ key: id, type: "button", role: "menuitemradio", "aria-checked": id === chosen.value, onClick: () => go(id) },
      span({ class: "grow line" }, name), id === chosen.value ? h(Icon, { name: "check", size: 14 }) : null)),
    div({ class: "menu-line", role: "separator" }),
    button({ type: "button", role: "menuitem", onClick: () => (close(), naming()) }, "Save as a new dashboard …"),
    button({ type: "button", role: "menuitem", onClick: () => (close(), arrange([...DEFAULTS])) }, "Back to the built-in panels"),
    chosen.value === DEFAULT_ID ? null : button({ type: "button", role: "menuitem", class: "is-error", onClick: () => (close(), void removeChosen()) }, "Delete this dashboard …"));
}

async function removeChosen() {
  const { name = chosen.value, id = chosen.value } = current.value ?? {};
  if (!(await confirmLoss({ title: `Delete the dashboard “${name}”?`, text: "It goes for everyone who uses this server.", action: "Delete" }))) return;
  await remove(id).catch((error) => toast(error.message));
  patch({ d: "", panels: "", edit: "" }, { replace: true });
}

/** @param {{ close: () => void }} props */
function Naming({ close }) {
  const [name, setName] = useState("");
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    save(name.trim()).then(close, (error) => toast(error.message));
  };
  return h(Dialog, { label: "New dashboard", close },
    form({ class: "fields", onSubmit: submit }, h2(null, "New dashboard"),
      label(null, "Name", input({ class: "input", value: name, maxLength: 100, autofocus: true, onInput: (event) => setName(event.currentTarget.value) })),
      div({ class: "row-of charts-answers" }, button({ class: "button", type: "button", onClick: close }, "Cancel"), button({ class: "button primary", type: "submit", disabled: !name.trim() }, "Save"))));
}
