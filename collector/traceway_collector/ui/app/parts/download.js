/** Downloads. A link can send no key and give no name that the server gives already: what needs either goes through memory. */
import { hasKey, raw, url } from "../api.js";
import { tags } from "../dom.js";
import { toast } from "./copy.js";

/** @import { Query } from "../api.js" */

const { button, span } = tags;

const FORMATS = [
  { format: "otlp", label: "OTLP JSON", about: "As it was sent" },
  { format: "jsonl", label: "JSON lines", about: "OTLP, one line a trace" },
  { format: "csv", label: "CSV", about: "A table of spans" },
  { format: "parquet", label: "Parquet", about: "A table of spans, typed" },
];

/** What can be exported, as items of a menu. @param {(format: string) => void} chosen */
export const formatItems = (chosen) =>
  FORMATS.map(({ format, label, about }) =>
    button({ key: format, role: "menuitem", onClick: () => chosen(format) }, span({ class: "format" }, label), span({ class: "muted" }, about)));

/** @param {string} path @param {Query} query @param {string} [name] of the file; otherwise the server's */
export async function download(path, query, name) {
  if (!hasKey() && !name) return follow(url(path, query), "");
  try {
    const answer = await raw(path, query);
    save(await answer.blob(), name ?? /filename="?([^";]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "traces");
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
  }
}

/** Keep what is in memory as a file. @param {Blob} content @param {string} name */
export function save(content, name) {
  const address = URL.createObjectURL(content);
  follow(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {string} address @param {string} name "" leaves it to the server */
function follow(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
