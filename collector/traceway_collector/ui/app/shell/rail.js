/** The rail of pages, on the left; at the bottom on a phone. */
import { h, tags } from "../dom.js";
import { Icon } from "../icons.js";
import { href, route } from "../router.js";
import { nextTheme, railOpen, theme } from "../settings.js";

/** @import { IconName } from "../icons.js" */

const { nav, a, span, button } = tags;

/** @type {{ page: string, label: string, icon: IconName }[]} */
export const PAGES = [
  { page: "traces", label: "Traces", icon: "traces" },
  { page: "sessions", label: "Sessions", icon: "sessions" },
  { page: "charts", label: "Charts", icon: "charts" },
  { page: "files", label: "Files", icon: "files" },
  { page: "compare", label: "Compare", icon: "compare" },
  { page: "ingest", label: "Ingest", icon: "ingest" },
  { page: "settings", label: "Settings", icon: "settings" },
];

export function Rail() {
  const fold = railOpen.value ? "Hide names" : "Show names";
  return nav(
    { class: "rail", "aria-label": "Pages" },
    a({ class: "brand", href: href("traces"), "aria-label": "Traceway" }, h(Icon, { name: "brand" }), span({ class: "label" }, "Traceway")),
    PAGES.map(({ page, label, icon }) =>
      a({ key: page, href: href(page), "aria-current": route.value.page === page ? "page" : undefined, "aria-label": label, title: label },
        h(Icon, { name: icon }), span({ class: "label" }, label))),
    span({ class: "rest" }),
    button({ onClick: nextTheme, title: `Theme: ${theme.value} (t)`, "aria-label": `Theme: ${theme.value}` },
      h(Icon, { name: "theme" }), span({ class: "label" }, `Theme: ${theme.value}`)),
    button({ class: "opener", onClick: () => (railOpen.value = !railOpen.value), "aria-expanded": railOpen.value, "aria-label": fold, title: fold },
      h(Icon, { name: "menu" }), span({ class: "label" }, fold)),
  );
}
