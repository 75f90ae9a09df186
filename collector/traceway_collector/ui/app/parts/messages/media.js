/** Pictures, sounds, documents of messages. What lies in the message is shown; nothing is ever fetched from elsewhere. */
import { useState } from "preact/hooks";
import { classes, h, tags } from "../../dom.js";
import { bytes } from "../../format.js";
import { Icon } from "../../icons.js";
import { oneLine } from "./visible.js";

const { div, img, button, span, a } = tags;
/** Formats that hold no script. SVG is not among them. */
const SHOWN = /^image\/(png|jpeg|jpg|gif|webp|bmp|avif)$/i;
const MOST_CHARS = 8_000_000;

/** @param {{ data: string, mime: string }} props base64 */
export function Image({ data, mime }) {
  const [broken, setBroken] = useState(false);
  const [large, setLarge] = useState(false);
  const about = `${mime}, ${bytes(Math.floor((data.length * 3) / 4))}`;
  if (broken || !SHOWN.test(mime) || data.length > MOST_CHARS || !/^[\w+/=\s-]*$/.test(data.slice(0, 1000))) {
    return div({ class: "medium" }, h(Icon, { name: "files" }), span(null, about),
      span({ class: "faint" }, broken ? "no picture that can be shown" : "not shown here"));
  }
  return button({ class: classes("picture", large && "large"), "aria-label": large ? "Make the picture smaller" : "Make the picture larger",
    title: about, onClick: () => setLarge(!large) },
    img({ src: `data:${mime};base64,${data}`, alt: `picture in the message (${about})`, loading: "lazy", onError: () => setBroken(true) }));
}

/** @param {{ part: any }} props */
export function Medium({ part }) {
  const what = [part.modality, part.mime_type].filter((each) => typeof each === "string").join(", ") || "file";
  const address = typeof part.uri === "string" ? part.uri : null;
  return div({ class: "medium" },
    h(Icon, { name: "files" }),
    span(null, oneLine(what)),
    address ? h(Address, { address })
    : part.type === "omitted" ? span({ class: "faint" }, "recorded without its content")
    : part.type === "file" ? span({ class: "mono faint" }, oneLine(String(part.file_id ?? "")))
    : span({ class: "faint" }, typeof part.content === "string" ? bytes(Math.floor((part.content.length * 3) / 4)) : "not shown here"));
}

/** A remote address is a link and never loaded. @param {{ address: string }} props */
const Address = ({ address }) =>
  /^https?:/i.test(address)
    ? a({ class: "line", href: address, target: "_blank", rel: "noopener noreferrer nofollow", title: "Not loaded. Opens elsewhere." }, oneLine(address, 200))
    : span({ class: "mono line" }, oneLine(address, 200));
