/** Settings: of this browser, of what is kept for all, of the data. */
import { useState } from "preact/hooks";
import { change, get, hasKey, setKey } from "../../api.js";
import { h, tags } from "../../dom.js";
import { useLoad } from "../../load.js";
import { Loading } from "../../parts/states.js";
import { deleteView, loadViews, views } from "../../parts/views.js";
import { href } from "../../router.js";
import { density, railOpen, theme } from "../../settings.js";
import { helpOpen } from "../../shell/help.js";
import { DEFAULT_ID, kept, loadDashboards, remove, rename } from "../charts/dashboards.js";
import { DeleteOld, Reprice } from "./data.js";
import { Documents } from "./documents.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Signal } from "@preact/signals" */

const { div, section, h1, h2, fieldset, legend, label, input, form, button, a, p, span, dl, dt, dd } = tags;

export default () =>
  div({ class: "settings" },
    h1(null, "Settings"),
    h(Part, { title: "Appearance", about: "Kept in this browser." }, h(Appearance, null)),
    h(Part, { title: "API key", about: "Needed if the server was started with --api-key. Kept in this browser, sent to this server alone." }, h(Key, null)),
    h(Part, { title: "Saved views", about: "Filters of the traces under a name, for everyone who uses this server." }, h(Views, null)),
    h(Part, { title: "Dashboards", about: "Arrangements of charts, for everyone who uses this server." }, h(Dashboards, null)),
    h(Part, { title: "Prices" }, h(Reprice, null)),
    h(Part, { title: "Delete old telemetry" }, h(DeleteOld, null)),
    h(Part, { title: "About" }, h(About, null)));

/** @param {{ title: string, about?: string, children?: ComponentChildren }} props */
const Part = ({ title, about, children }) => section({ "aria-label": title }, div({ class: "settings-name" }, h2(null, title), about ? p({ class: "muted" }, about) : null), div({ class: "settings-what" }, children));

const Appearance = () => [
  h(Choice, { key: "t", name: "Theme", value: theme, among: [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]] }),
  h(Choice, { key: "d", name: "Rows", value: density, among: [["compact", "Compact"], ["comfortable", "Comfortable"]] }),
  label({ key: "r", class: "row-of" }, input({ type: "checkbox", checked: railOpen.value, onChange: (event) => (railOpen.value = event.currentTarget.checked) }), "Names beside the icons of the pages"),
];

/** @param {{ name: string, value: Signal<any>, among: [string, string][] }} props */
const Choice = ({ name, value, among }) =>
  fieldset({ class: "settings-choice" }, legend(null, name),
    among.map(([id, text]) => label({ key: id, class: "row-of" }, input({ type: "radio", name, value: id, checked: value.value === id, onChange: () => (value.value = id) }), text)));

function Key() {
  const [set, setIsSet] = useState(hasKey());
  const [text, setText] = useState("");
  const use = (/** @type {string} */ key) => {
    setKey(key);
    setText("");
    setIsSet(hasKey());
  };
  return div(null,
    form({ class: "row-of settings-form", onSubmit: (event) => (event.preventDefault(), use(text.trim())) },
      input({ class: "input grow", type: "password", autocomplete: "off", "aria-label": "API key", placeholder: set ? "a key is set" : "no key is set", value: text, onInput: (event) => setText(event.currentTarget.value) }),
      button({ class: "button", type: "submit", disabled: !text.trim() }, "Use this key"),
      button({ class: "button", type: "button", disabled: !set, onClick: () => use("") }, "Forget it")),
    span({ class: "settings-said muted", role: "status" }, set ? "Requests carry a key." : "Requests carry no key."));
}

function Views() {
  const loaded = useLoad("settings views", async () => (await loadViews(), true));
  return h(Loading, { loaded, lines: 2, show: () => h(Documents, {
    documents: views.value ?? [], kind: "view", none: "None yet. On Traces, the filter that is set can be saved under a name.",
    link: ({ body }) => href("traces", "", { q: body.q, since: body.since, until: body.until, cols: (body.columns ?? []).join(",") }),
    rename: renameView, remove: ({ id }) => deleteView(id),
  }) });
}

/** @param {{ id: string, body: any }} view @param {string} name */
async function renameView({ id, body }, name) {
  await change("PUT", `views/${id}`, { name, body });
  await loadViews();
}

function Dashboards() {
  const loaded = useLoad("settings dashboards", async (signal) => (await loadDashboards(signal), true));
  return h(Loading, { loaded, lines: 2, show: () => h(Documents, {
    documents: kept.value ?? [], kind: "dashboard", none: "None was saved; Charts shows the built-in one.",
    link: ({ id }) => href("charts", "", { d: id === DEFAULT_ID ? "" : id }), rename, remove: ({ id }) => remove(id),
  }) });
}

function About() {
  const loaded = useLoad("health", (signal) => get("health", {}, signal));
  return dl({ class: "kv" },
    dt(null, "Version"), dd(null, loaded.data?.version ?? "–"),
    dt(null, "Keyboard"), dd(null, button({ class: "link", type: "button", onClick: () => (helpOpen.value = true) }, "All keys (?)")),
    dt(null, "REST API"), dd(null, a({ href: "api/openapi.json", target: "_blank" }, "OpenAPI document")),
    dt(null, "Sending"), dd(null, a({ href: href("ingest") }, "Connect an application")));
}
