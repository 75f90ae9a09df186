/** The bytes of one version: text by lines, an image as it is, anything else by its size. A long text is cut until asked for. */
import { useEffect, useState } from "preact/hooks";
import { raw } from "../../api.js";
import { h, tags } from "../../dom.js";
import { bytes, number } from "../../format.js";
import { useLoad } from "../../load.js";
import { CopyButton } from "../../parts/copy.js";
import { download } from "../../parts/download.js";
import { visible } from "../../parts/messages/visible.js";
import { Empty, Loading } from "../../parts/states.js";

const { div, pre, img, p, button, span, ol, li } = tags;
const AT_FIRST = 64 * 1024;
const LINES_AT_FIRST = 2_000;

/** @typedef {{ type: "text", text: string, whole: boolean, size: number } | { type: "image", blob: Blob, size: number } | { type: "binary", size: number }} Content */

/** @param {string} hash @param {boolean} all @param {AbortSignal} signal @returns {Promise<Content>} */
async function load(hash, all, signal) {
  const response = await raw(`files/content/${hash}`, {}, { signal, headers: all ? {} : { range: `bytes=0-${AT_FIRST - 1}` } });
  const media = response.headers.get("content-type") ?? "";
  const size = Number(response.headers.get("content-range")?.split("/")[1] ?? response.headers.get("content-length") ?? 0);
  if (media.startsWith("image/")) {
    const whole = all || size <= AT_FIRST ? response : await raw(`files/content/${hash}`, {}, { signal });
    return { type: "image", blob: await whole.blob(), size };
  }
  if (!media.startsWith("text/")) return { type: "binary", size };
  const buffer = await response.arrayBuffer();
  // A letter that the range cut in two is left out.
  const text = new TextDecoder().decode(buffer, { stream: !all });
  return { type: "text", text, whole: buffer.byteLength >= size, size };
}

/** @param {{ hash: string, name: string }} props */
export function FileContent({ hash, name }) {
  const [all, setAll] = useState("");
  const loaded = useLoad(`content ${hash} ${all === hash}`, (signal) => load(hash, all === hash, signal), { keep: false });
  return h(Loading, { loaded, show: (/** @type {Content} */ content) => h(Shown, { content, name, hash, more: () => setAll(hash) }) });
}

/** @param {{ content: Content, name: string, hash: string, more: () => void }} props */
function Shown({ content, name, hash, more }) {
  if (content.type === "image") return h(Picture, { blob: content.blob, name });
  if (content.type === "binary") {
    return h(Empty, { title: "Not a text" }, p(null, `${bytes(content.size)} of binary data`), h(Download, { hash, name }));
  }
  if (!content.size) return h(Empty, { title: "An empty file" });
  return div({ class: "file-text" },
    div({ class: "row-of file-bar" }, span({ class: "muted grow" }, bytes(content.size)), h(CopyButton, { text: content.text, label: "Copy the text" }), h(Download, { hash, name })),
    h(Lines, { text: content.text }),
    content.whole ? null : button({ class: "button", onClick: more }, `Show all ${bytes(content.size)}`));
}

/** @param {{ text: string }} props */
function Lines({ text }) {
  const [most, setMost] = useState(LINES_AT_FIRST);
  const lines = text.replace(/\n$/, "").split("\n");
  return div(null,
    ol({ class: "lines mono", tabIndex: 0, "aria-label": "Lines" }, lines.slice(0, most).map((line, n) => li({ key: n }, pre(null, visible(line) || " ")))),
    lines.length > most ? button({ class: "button quiet", onClick: () => setMost(most * 4) }, `Show ${number(lines.length - most)} more lines`) : null);
}

/** @param {{ blob: Blob, name: string }} props */
function Picture({ blob, name }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return div({ class: "file-picture" }, address ? img({ src: address, alt: name }) : null);
}

/** @param {{ hash: string, name: string }} props */
const Download = ({ hash, name }) =>
  button({ class: "button quiet", onClick: () => void download(`files/content/${hash}`, {}, name.split("/").at(-1) || "file") }, "Download");
