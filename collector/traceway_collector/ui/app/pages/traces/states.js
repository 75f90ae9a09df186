/** What stands where the list would be: nothing there yet (how to connect), or nothing that matches. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { lazy } from "../../parts/lazy.js";
import { Empty, Skeleton } from "../../parts/states.js";
import { param, patch } from "../../router.js";

/** @import { TraceList } from "./list.js" */

const { div, button, p } = tags;
const Connect = lazy(() => import("../ingest/connect.js").then((module) => module.Connect));
const POLL_MS = 1000;
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
  return h(Empty, { title: "No trace matches" },
    p(null, q.value && ranged ? "Nothing in this range meets the filter." : q.value ? "Nothing meets the filter." : "Nothing began in this range."),
    div({ class: "row-of" },
      q.value ? button({ class: "button", onClick: () => patch({ q: "" }) }, "Clear the filter") : null,
      ranged ? button({ class: "button", onClick: () => patch({ since: "", until: "" }) }, "Look at all time") : null));
}
