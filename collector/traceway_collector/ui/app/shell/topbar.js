/** The top bar of every page: the filter, the time range, live. */
import { tags } from "../dom.js";
import { connected, live } from "../live.js";
import { patch, route } from "../router.js";

const { header, input, button, span } = tags;

export const Topbar = () =>
  header(
    { class: "topbar" },
    input({ class: "input grow", id: "filter", "aria-label": "Filter", placeholder: "filter", value: route.value.params.get("q") ?? "",
      onChange: (event) => patch({ q: event.currentTarget.value }) }),
    button({ class: "button", "aria-pressed": live.value, onClick: () => (live.value = !live.value) },
      span({ class: live.value && connected.value ? "status running" : "status" }), "Live"),
  );
