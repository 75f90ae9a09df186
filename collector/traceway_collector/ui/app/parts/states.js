/** What stands where data will be, would be, or could not be. */
import { ApiError, GONE, gone, isGone } from "../api.js";
import { h, tags } from "../dom.js";
import { Icon } from "../icons.js";

/** @import { ComponentChildren } from "preact" */

const { div, h2, p, button, span } = tags;

/** Grey lines; they show after 200 ms, so that what is fast never flickers. @param {{ lines?: number }} props */
export const Skeleton = ({ lines = 8 }) =>
  div({ "aria-busy": "true", "aria-label": "Loading", style: { display: "grid", gap: "16px", padding: "16px" } },
    Array.from({ length: lines }, (_, n) => div({ class: "skeleton", key: n, style: { width: `${90 - ((n * 37) % 45)}%` } })));

/** @param {{ title: string, children?: ComponentChildren }} props */
export const Empty = ({ title, children }) => div({ class: "state" }, h2(null, title), children);

/** @param {{ error: Error, retry?: () => void }} props */
export const Failure = ({ error, retry }) =>
  div({ class: "state", role: "alert" },
    h(Icon, { name: "warning", size: 20 }),
    h2(null, titleOf(error)),
    p(null, error.message),
    // Asking the same again helps against neither a wrong filter nor a wrong range.
    retry && !isAsked(error) ? button({ class: "button", onClick: retry }, "Try again") : null);

/** @param {Error} error */
const isAsked = (error) => error instanceof ApiError && ["q", "since", "until"].includes(error.field);

/** @param {Error} error */
function titleOf(error) {
  if (isAsked(error)) return /** @type {ApiError} */ (error).field === "q" ? "The filter cannot be read" : "The time range cannot be read";
  return error instanceof ApiError && error.status === 404 ? "Not found" : "This could not be loaded";
}

/** Data, or what stands in its place. @param {{ loaded: import("../load.js").Loaded<any>, lines?: number, show: (data: any) => ComponentChildren }} props */
export function Loading({ loaded, lines, show }) {
  if (loaded.data !== undefined) return h("div", { style: { display: "contents" } }, loaded.error ? Notice({ error: loaded.error }) : null, show(loaded.data));
  if (loaded.error) return h(Failure, { error: loaded.error, retry: loaded.reload });
  return h(Skeleton, { lines });
}

/** What went wrong, above what is still shown. That the server is gone is said once, by `Gone`. @param {{ error: Error }} props */
export const Notice = ({ error }) => (isGone(error) ? null : div({ class: "notice error", role: "alert" }, h(Icon, { name: "warning" }), span(null, error.message)));

/** Over every page while the server is gone. */
export const Gone = () => (gone.value ? div({ class: "float gone is-error", role: "alert" }, h(Icon, { name: "warning", size: 14 }), GONE) : null);

/** A part of the interface could not be fetched: the server is gone, or another version of it took its place. */
export const Unloaded = () =>
  div({ class: "state", role: "alert" },
    h(Icon, { name: "warning", size: 20 }), h2(null, "This page could not be fetched"),
    p(null, "The collector does not answer, or was updated meanwhile."),
    button({ class: "button", onClick: () => location.reload() }, "Load it again"));
