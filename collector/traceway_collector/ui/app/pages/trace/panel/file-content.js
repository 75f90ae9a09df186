/** What a span read from a file or wrote to it: the version, and its text when asked for. */
import { useState } from "preact/hooks";
import { raw } from "../../../api.js";
import { h, tags } from "../../../dom.js";
import { bytes, shortHash } from "../../../format.js";
import { CopyButton } from "../../../parts/copy.js";
import { Text } from "../../../parts/messages/text.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { diffHref, fileHref } from "./files.js";

const { div, dl, dt, dd, a, button, p, span, bdi } = tags;
const HEAD_BYTES = 64 << 10;

/** @param {{ kind: any, before: unknown }} props */
export function FileContent({ kind, before }) {
  const version = kind.file_version;
  return div({ class: "file-content" },
    dl({ class: "kv" },
      dt(null, "Path"), dd({ class: "mono" }, kind.path ? a({ href: fileHref(kind.path, version) }, bdi(null, oneLine(kind.path, 1000))) : "–"),
      dt(null, kind.type === "fs_read" ? "Read" : "Written"),
        dd(null, bytes(kind.bytes_read ?? kind.bytes_written), kind.operation ? span({ class: "faint" }, ` · ${oneLine(kind.operation, 40)}`) : null),
      dt(null, "Version"), dd({ class: "row-of" },
        version ? h(CopyButton, { text: version, label: "Copy the version's hash", shown: shortHash(version) })
        : span({ title: "No content was recorded" }, "–"),
        typeof before === "string" && version && before !== version ? a({ href: diffHref(kind.path ?? "", before, version) }, "What changed") : null)),
    version ? h(Preview, { key: version, version }) : null);
}

/** @param {{ version: string }} props */
function Preview({ version }) {
  const [state, setState] = useState(/** @type {{ text?: string, size?: number, error?: string, busy?: boolean }} */ ({}));
  const load = async (/** @type {boolean} */ all) => {
    setState({ ...state, busy: true });
    try {
      setState(await read(version, all));
    } catch (error) {
      setState({ error: error instanceof Error ? error.message : "It could not be read" });
    }
  };
  if (state.error) return p({ class: "muted" }, state.error);
  if (state.text === undefined) return button({ class: "button", disabled: state.busy, onClick: () => load(false) }, "Show the content");
  const rest = (state.size ?? 0) - HEAD_BYTES;
  return div({ class: "t-preview" }, h(Text, { text: state.text, lines: 60 }),
    state.size !== undefined && rest > 0 ? button({ class: "button quiet", onClick: () => load(true) }, `Load all ${bytes(state.size)}`) : null);
}

/** @param {string} version @param {boolean} all */
async function read(version, all) {
  const response = await raw(`files/content/${version}`, {}, all ? {} : { headers: { range: `bytes=0-${HEAD_BYTES - 1}` } });
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/")) return { error: type.startsWith("image/") ? "A picture; the page of the file shows it."
    : "Not text. The page of the file has it to download." };
  const size = Number(response.headers.get("content-range")?.split("/")[1] ?? NaN);
  return { text: await response.text(), size: all || Number.isNaN(size) ? undefined : size };
}
