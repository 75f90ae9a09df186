/** What changes stored telemetry: forget what is old, work out costs again. */
import { useState } from "preact/hooks";
import { get, post, raw } from "../../api.js";
import { h, tags } from "../../dom.js";
import { exact, plural } from "../../format.js";
import { forget } from "../../load.js";
import { confirmLoss } from "../../parts/dialog.js";
import { Notice } from "../../parts/states.js";

const { div, form, label, input, button, p, span, code } = tags;

/** @typedef {{ said: string } | { error: Error } | null} Outcome */

export function DeleteOld() {
  const [before, setBefore] = useState("");
  const [outcome, setOutcome] = useState(/** @type {Outcome} */ (null));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setOutcome(null);
    try {
      setOutcome(await deleteBefore(new Date(before)));
    } catch (error) {
      setOutcome({ error: /** @type {Error} */ (error) });
    }
  };
  return div(null,
    p({ class: "muted" }, "Traces, logs and metrics that arrived before a moment are deleted for good, and the contents of files that only they used. ", code(null, "--retention"), " does it by itself."),
    form({ class: "row-of settings-form", onSubmit: submit },
      label(null, span({ class: "hidden" }, "Arrived before"), input({ class: "input", type: "datetime-local", step: "1", required: true, value: before, onInput: (event) => setBefore(event.currentTarget.value) })),
      button({ class: "button danger", type: "submit", disabled: !before }, "Delete what arrived before …")),
    h(Said, { outcome }));
}

/** @param {Date} before @returns {Promise<Outcome>} */
async function deleteBefore(before) {
  const { stored } = await get("ingest");
  const yes = await confirmLoss({
    title: `Delete everything that arrived before ${exact(before.toISOString()).replace(/\.000$/, "")}?`,
    text: `Its traces, logs, metrics and file contents are gone for good, for everyone; nothing can bring them back. Stored now: ${plural(stored.spans, "span")}, ${plural(stored.logs, "log record")}, ${plural(stored.metric_points, "metric point")}.`,
    action: "Delete for good",
  });
  if (!yes) return null;
  const { deleted } = await (await raw("telemetry", { before: before.toISOString() }, { method: "DELETE" })).json();
  forget();
  return { said: deleted ? `${plural(deleted, "item")} deleted.` : "Nothing that old was stored." };
}

export function Reprice() {
  const [outcome, setOutcome] = useState(/** @type {Outcome} */ (null));
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setOutcome(null);
    try {
      const { changed } = await post("reprice", undefined);
      forget();
      setOutcome({ said: changed ? `The cost of ${plural(changed, "span")} changed.` : "Every cost is as it would be worked out today." });
    } catch (error) {
      setOutcome({ error: /** @type {Error} */ (error) });
    }
    setBusy(false);
  };
  return div(null,
    p({ class: "muted" }, "Costs come from a price list inside Traceway, or from the application if it reports one. Where no price is known the cost is unknown, never $0. Your own prices: ", code(null, "--prices FILE"),
      ". After a change of prices, stored costs can be worked out again; those that applications reported stay."),
    button({ class: "button", type: "button", disabled: busy, onClick: run }, "Work out costs again"), h(Said, { outcome }));
}

/** @param {{ outcome: Outcome }} props */
const Said = ({ outcome }) => div({ class: "settings-said", role: "status" }, outcome === null ? null : "error" in outcome ? h(Notice, { error: outcome.error }) : outcome.said);
