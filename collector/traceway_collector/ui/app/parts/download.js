/** Downloads. With a key the browser cannot follow a link by itself: what is asked for then goes through memory. */
import { hasKey, raw, url } from "../api.js";
import { toast } from "./copy.js";

/** @import { Query } from "../api.js" */

/** @typedef {{ format: string, label: string, about: string }} Format */

/** @type {Format[]} */
export const FORMATS = [
  { format: "otlp", label: "OTLP JSON", about: "As it was sent" },
  { format: "jsonl", label: "JSON lines", about: "OTLP, one line a trace" },
  { format: "csv", label: "CSV", about: "A table of spans" },
  { format: "parquet", label: "Parquet", about: "A table of spans, typed" },
];

/** @param {string} path @param {Query} query */
export async function download(path, query) {
  if (!hasKey()) return follow(url(path, query), "");
  try {
    const answer = await raw(path, query);
    const name = /filename="?([^";]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "traces";
    const held = URL.createObjectURL(await answer.blob());
    follow(held, name);
    setTimeout(() => URL.revokeObjectURL(held), 60_000);
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
  }
}

/** @param {string} address @param {string} name "" leaves it to the server */
function follow(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
