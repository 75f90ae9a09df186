/** Connect: how to send to this server, ready to copy, and a trace to try it with. Also what an empty list of traces shows. */
import { useState } from "preact/hooks";
import { get, sendTraces } from "../../api.js";
import { h, tags } from "../../dom.js";
import { duration } from "../../format.js";
import { useLoad } from "../../load.js";
import { CopyButton } from "../../parts/copy.js";
import { Loading, Notice } from "../../parts/states.js";
import { Tabs, tabId } from "../../parts/tabs.js";
import { href, param, patch } from "../../router.js";
import { KEY_PLACEHOLDER, reachable, ways } from "./snippets.js";
import { testTrace } from "./test-span.js";

/** @import { Block, Bound } from "./snippets.js" */

const { section, div, h2, p, pre, code, button, a, span, figure, figcaption } = tags;
const PANEL = "connect-way";
const way = param("how");

/** @param {{ title?: string }} props a heading, when it stands in the place of a list */
export function Connect({ title = "Connect" }) {
  const loaded = useLoad("connect", (signal) => get("connect", {}, signal));
  return section({ class: "connect", "aria-label": title },
    h2(null, title),
    p({ class: "muted" }, "Send from any OpenTelemetry SDK, or with one of these. What arrives shows here at once."),
    h(Loading, { loaded, lines: 6, show: (/** @type {Bound} */ bound) => h(Ways, { bound }) }),
    loaded.data ? h(TestSpan, null) : null);
}

/** @param {{ bound: Bound }} props */
function Ways({ bound }) {
  const [open] = useState(() => ({ hostname: location.hostname, page: document.baseURI.replace(/[?#].*/, "") }));
  const all = ways(reachable(bound, open.hostname, open.page), bound.api_key_needed ? KEY_PLACEHOLDER : "");
  const chosen = all.find(({ id }) => id === way.value) ?? all[0];
  if (!chosen) return null;
  return div({ class: "connect-ways" },
    h(Tabs, { label: "Ways to connect", tabs: all, selected: chosen.id, panel: PANEL, onSelect: (id) => patch({ how: id }, { replace: true }) }),
    div({ id: PANEL, role: "tabpanel", "aria-labelledby": tabId(PANEL, chosen.id), class: "connect-way" },
      p(null, chosen.about),
      chosen.blocks.map((block) => h(Snippet, { key: `${chosen.id} ${block.title}`, block })),
      bound.api_key_needed ? p({ class: "muted" }, "Put the key of the server (--api-key) in the place of ", code(null, KEY_PLACEHOLDER), ".") : null,
      chosen.note ? p({ class: "muted" }, withCode(chosen.note)) : null));
}

/** @param {{ block: Block }} props */
const Snippet = ({ block }) =>
  figure({ class: "snippet" },
    figcaption(null, span({ class: "grow" }, block.title), h(CopyButton, { text: block.code, label: `Copy: ${block.title}` })),
    pre({ tabIndex: 0 }, code(null, block.code)));

/** Text in which `this` is code. @param {string} text */
const withCode = (text) => text.split("`").map((part, n) => (n % 2 ? code({ key: n }, part) : part));

/** @typedef {{ state: "idle" | "sending" } | { state: "arrived", trace_id: string, took_ms: number } | { state: "failed", error: Error }} Sent */

/** Send a trace from this browser and say when it could be read. */
function TestSpan() {
  const [sent, setSent] = useState(/** @type {Sent} */ ({ state: "idle" }));
  const send = async () => {
    setSent({ state: "sending" });
    const from = performance.now();
    try {
      const { trace_id, request } = testTrace(Date.now());
      await sendTraces(request);
      await get(`traces/${trace_id}`, { limit: 1 });
      setSent({ state: "arrived", trace_id, took_ms: performance.now() - from });
    } catch (error) {
      setSent({ state: "failed", error: /** @type {Error} */ (error) });
    }
  };
  return div({ class: "connect-test" },
    button({ class: "button primary", type: "button", disabled: sent.state === "sending", onClick: send }, "Send a test span"),
    div({ class: "grow", role: "status" },
      sent.state === "idle" ? span({ class: "muted" }, "A small agent run, sent by this browser over OTLP.") : null,
      sent.state === "sending" ? span({ class: "muted" }, "Sending …") : null,
      sent.state === "arrived"
        ? span(null, `Arrived: on disk and readable after ${duration(sent.took_ms)}. `, a({ href: href("traces", sent.trace_id, { q: "", since: "", until: "" }) }, "Open the trace"))
        : null,
      sent.state === "failed" ? h(Notice, { error: sent.error }) : null));
}
