/** Asks for the API key when the server wants one. It stays in this browser. */
import { useState } from "preact/hooks";
import { keyWanted, setKey } from "../api.js";
import { tags } from "../dom.js";

const { div, form, h2, p, input, button, label } = tags;

export function KeyDialog() {
  const [key, setText] = useState("");
  if (!keyWanted.value) return null;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    setKey(key.trim());
    location.reload();
  };
  return div(
    { class: "veil", role: "dialog", "aria-modal": "true", "aria-label": "API key" },
    form({ class: "float dialog", style: { padding: "16px", display: "grid", gap: "12px", maxWidth: "420px" }, onSubmit: submit },
      h2(null, "This server asks for a key"),
      p({ class: "muted" }, "The one it was started with (--api-key). It is kept in this browser and sent to this server alone."),
      label(null, "API key", input({ class: "input", type: "password", autocomplete: "off", style: { width: "100%" }, value: key, ref: focusOnce, onInput: (event) => setText(event.currentTarget.value) })),
      button({ class: "button primary", type: "submit", disabled: !key.trim() }, "Use this key")),
  );
}

/** @param {HTMLInputElement | null} element */
const focusOnce = (element) => {
  if (element && document.activeElement === document.body) element.focus();
};
