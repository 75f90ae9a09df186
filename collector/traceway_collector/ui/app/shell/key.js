/** Asks for the API key when the server wants one. It stays in this browser. */
import { useState } from "preact/hooks";
import { hasKey, keyWanted, setKey } from "../api.js";
import { h, tags } from "../dom.js";
import { Dialog } from "../parts/dialog.js";

const { form, h2, p, input, button, label } = tags;

export const KeyDialog = () => (keyWanted.value ? h(Asked, null) : null);

function Asked() {
  const [key, setText] = useState("");
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    setKey(key.trim());
    location.reload();
  };
  return h(Dialog, { label: "API key", kind: "confirm", close: () => (keyWanted.value = false) },
    form({ class: "key-form", onSubmit: submit },
      h2(null, "This server asks for a key"),
      hasKey() ? p({ class: "is-error", role: "alert" }, "The key this browser has is not the right one.") : null,
      p({ class: "muted" }, "The one it was started with (--api-key). It is kept in this browser and sent to this server alone."),
      label(null, "API key", input({ class: "input", type: "password", autocomplete: "off", autofocus: true, value: key, onInput: (event) => setText(event.currentTarget.value) })),
      button({ class: "button primary", type: "submit", disabled: !key.trim() }, "Use this key")));
}
