/** What stands where the list would be: nothing there yet (how to connect), or nothing that matches. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { lazy } from "../../parts/lazy.js";
import { Empty, Skeleton } from "../../parts/states.js";
import { param, patch } from "../../router.js";
import { asked } from "../../shell/filter/asked.js";
import { textOf } from "../../shell/filter/clauses.js";

/** @import { TraceList } from "./list.js" */

const { div, button, p } = tags;
const Connect = lazy(() => import("../ingest/connect.js").then((module) => module.Connect));
const POLL_MS = 1000;
/** What a status may be called that means it failed. */
const ERRORS = new Set(["error", "failed"]);
const q = param("q");
const since = param("since");
const until = param("until");

/** @param {{ list: TraceList }} props */
export function Nothing({ list }) {
  const [any, setAny] = useState(/** @type {boolean | null} */ (null));
  useEffect(() => {
    const stop = new AbortController();
    /** @type {number | undefined} */
    let timer;
    const look = async () => {
      const page = await get("traces", { limit: 1 }, stop.signal).catch(() => null);
      if (stop.signal.aborted) return;
      if (page) setAny(page.items.length > 0);
      if (page?.items.length) await list.renew(true);
      // A server without a trace is asked again: the stream of events tells sooner, if it is open.
      else timer = setTimeout(look, POLL_MS);
    };
    void look();
    return () => (stop.abort(), clearTimeout(timer));
  }, [list]);
  if (any === null) return h(Skeleton, null);
  if (!any) return div({ class: "first-run" }, h(Connect, { title: "Send the first trace" }));
  return h(NoMatch, null);
}

function NoMatch() {
  const ranged = since.value || until.value;
  const { clauses } = asked.value;
  const ended = clauses.find(({ key, operator, negated, values }) => key === "status" && operator === "any" && !negated && values.every(({ text }) => ERRORS.has(text)));
  return h(Empty, { title: "No trace matches" },
    ended
      ? p(null, "No such trace failed as a whole. A step may have failed though its trace went on: those are counted on this page, too.")
      : p(null, q.value && ranged ? "Nothing in this range meets the filter." : q.value ? "Nothing meets the filter." : "Nothing began in this range."),
    div({ class: "row-of" },
      ended ? button({ class: "button", onClick: () => patch({ q: textOf(clauses.map((each) => (each === ended ? { ...each, text: "has:error" } : each))) }) }, "Look for failed steps") : null,
      q.value ? button({ class: "button", onClick: () => patch({ q: "" }) }, "Clear the filter") : null,
      ranged ? button({ class: "button", onClick: () => patch({ since: "", until: "" }) }, "Look at all time") : null));
}
