/** A dialog over the page: the browser keeps the focus in it and gives it back. Keys pressed in it stay in it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { h, tags } from "../dom.js";

/** @import { ComponentChildren } from "preact" */

const { dialog, div, h2, p, button } = tags;

/** @param {{ label: string, close: () => void, kind?: string, scrolls?: boolean, children?: ComponentChildren }} props `scrolls`: it holds nothing to press, so the keys scroll it */
export function Dialog({ label, close, kind = "", scrolls = false, children }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      box.current?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return dialog({
    class: `float modal ${kind}`, ref: box, "aria-label": label, onCancel: (event) => (event.preventDefault(), close()),
    onKeyDown: (event) => {
      event.stopPropagation();
      if (event.key !== "Escape") return;
      event.preventDefault();
      close();
    },
    onPointerDown: (event) => event.target === event.currentTarget && close(),
  }, div({ class: "modal-inside", tabIndex: scrolls ? 0 : undefined }, children));
}

/** @typedef {{ title: string, text: string, action: string, answer: (yes: boolean) => void }} Question */

const question = signal(/** @type {Question | null} */ (null));

/** Ask before something is lost. @param {Omit<Question, "answer">} asked @returns {Promise<boolean>} */
export const confirmLoss = (asked) =>
  new Promise((done) => {
    question.value = { ...asked, answer: (yes) => ((question.value = null), done(yes)) };
  });

/** Where `confirmLoss` asks: once in the page. */
export function Confirm() {
  const asked = question.value;
  if (!asked) return null;
  return h(Dialog, { label: asked.title, close: () => asked.answer(false), kind: "confirm" },
    h2(null, asked.title), p({ class: "muted" }, asked.text),
    div({ class: "confirm-answers" },
      button({ class: "button", onClick: () => asked.answer(false) }, "Cancel"),
      button({ class: "button danger", onClick: () => asked.answer(true) }, asked.action)));
}
