/** The time range: ages stay ages in the URL, so that a link goes on meaning "the last hour"; custom bounds are times. */
import { useState } from "preact/hooks";
import { h, tags } from "../dom.js";
import { exact } from "../format.js";
import { Icon } from "../icons.js";
import { Menu } from "../parts/menu.js";
import { param, patch } from "../router.js";

const { div, button, form, label, input, span } = tags;

const since = param("since");
const until = param("until");
const PRESETS = [["15m", "Last 15 minutes", "15 m"], ["1h", "Last hour", "1 h"], ["4h", "Last 4 hours", "4 h"], ["24h", "Last 24 hours", "24 h"],
  ["7d", "Last 7 days", "7 d"], ["30d", "Last 30 days", "30 d"], ["", "All time", "All"]];

export const TimeRange = () =>
  div({ class: "range" }, h(Menu, {
    label: `Time range: ${shown(true)}`, title: titleOf(), inside: (close) => h(Choices, { close }),
    face: [h(Icon, { name: "clock", size: 14 }), span({ class: "range-shown", key: "shown" }, shown(false)), h(Icon, { name: "down", size: 10 })],
  }));

/** @param {{ close: () => void }} props */
function Choices({ close }) {
  const now = new Date();
  const [from, setFrom] = useState(local(absolute(since.value) ? new Date(since.value) : new Date(now.getTime() - 3_600_000)));
  const [to, setTo] = useState(local(absolute(until.value) ? new Date(until.value) : now));
  const wrong = !from || !to || from >= to;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    patch({ since: new Date(from).toISOString(), until: new Date(to).toISOString() });
    close();
  };
  return div({ class: "range-choices" },
    div({ class: "menu", role: "menu", "aria-label": "Time range" },
      PRESETS.map(([age = "", text]) =>
        button({ key: age, role: "menuitemradio", "aria-checked": since.value === age && !until.value,
          onClick: () => (patch({ since: age, until: "" }), close()) }, span({ class: "grow" }, text), since.value === age && !until.value ? h(Icon, { name: "check", size: 14 }) : null))),
    form({ class: "range-custom", onSubmit: submit },
      label(null, "From", input({ class: "input", type: "datetime-local", step: "1", value: from, onInput: (event) => setFrom(event.currentTarget.value) })),
      label(null, "To", input({ class: "input", type: "datetime-local", step: "1", value: to, onInput: (event) => setTo(event.currentTarget.value) })),
      button({ class: "button primary", type: "submit", disabled: wrong, title: wrong ? "The beginning must be before the end" : "" }, "Apply")));
}

/** @param {string} text */
const absolute = (text) => /^\d{4}-/.test(text);

/** As an input of local time takes it. @param {Date} at */
const local = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

/** @param {boolean} long */
function shown(long) {
  const preset = until.value ? undefined : PRESETS.find(([age]) => age === since.value);
  if (preset) return preset[long ? 1 : 2];
  if (!until.value && !absolute(since.value)) return since.value;
  const parts = [since.value, until.value].map((text) => (absolute(text) ? exact(text).slice(0, 19) : text || "…"));
  const [from = "", to = ""] = parts;
  if (long) return `${from} to ${to}`;
  const same_day = from.slice(0, 10) === to.slice(0, 10);
  return `${from.slice(5, 16)} – ${same_day ? to.slice(11, 16) : to.slice(5, 16)}`;
}

const titleOf = () => `${shown(true)} (local time)`;
