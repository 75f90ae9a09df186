/** The frame around every page: rail, top bar, the page itself, and what floats above them. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { h, tags } from "../dom.js";
import { useKeys } from "../keys.js";
import { Toasts } from "../parts/copy.js";
import { Empty, Gone, Skeleton, Unloaded } from "../parts/states.js";
import { href, route } from "../router.js";
import { nextTheme, railOpen } from "../settings.js";
import { named } from "../title.js";
import { KeyDialog } from "./key.js";
import { PAGES, Rail } from "./rail.js";
import { Topbar } from "./topbar.js";

/** @import { ComponentType } from "preact" */

const { div, main, a } = tags;

/** @type {Record<string, () => Promise<{ default: ComponentType<any> }>>} */
const LOADERS = {
  traces: () => import("../pages/traces/page.js"),
  trace: () => import("../pages/trace/page.js"),
  sessions: () => import("../pages/sessions/page.js"),
  charts: () => import("../pages/charts/page.js"),
  files: () => import("../pages/files/page.js"),
  compare: () => import("../pages/compare/page.js"),
  ingest: () => import("../pages/ingest/page.js"),
  settings: () => import("../pages/settings/page.js"),
};

export function Shell() {
  useKeys("Everywhere", [{ keys: "t", label: "Change the theme", run: nextTheme }]);
  const { page, id } = route.value;
  const name = page === "traces" && id ? "trace" : page;
  // Before the effects of the page, which may know better what it shows.
  useLayoutEffect(() => named([id, PAGES.find((each) => each.page === page)?.label ?? page].filter(Boolean).join(" · ")), [page, id]);
  return div(
    { class: railOpen.value ? "frame open" : "frame" },
    a({ class: "skip", href: location.hash, onClick: focusPage }, "Skip to the page"),
    h(Rail, null),
    h(Topbar, null),
    main({ class: "page", id: "page", tabIndex: -1, key: name }, h(Page, { name })),
    h(KeyDialog, null),
    h(Gone, null),
    h(Toasts, null),
  );
}

/** @param {Event} event */
function focusPage(event) {
  event.preventDefault();
  document.getElementById("page")?.focus();
}

/** A page is loaded when it is first opened. @param {{ name: string }} props */
function Page({ name }) {
  const [found, setFound] = useState(/** @type {{ component?: ComponentType<any>, error?: Error }} */ ({}));
  const load = LOADERS[name];
  useEffect(() => {
    load?.().then((module) => setFound({ component: module.default }), (error) => setFound({ error }));
  }, [name]);
  if (!load) return h(Empty, { title: "There is no such page" }, a({ href: href("traces") }, "Go to the traces"));
  if (found.error) return h(Unloaded, null);
  return found.component ? h(found.component, null) : h(Skeleton, null);
}
