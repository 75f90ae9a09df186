/** How a trace went, as a mark whose shape says it, too. */
import { tags } from "../dom.js";
import { plural } from "../format.js";
import { oneLine } from "./messages/visible.js";

const { span } = tags;

/** @typedef {"running" | "completed" | { failed: { error: string } }} TraceStatus */

/** @param {{ trace: { status: TraceStatus, error_count: number } }} props */
export function Status({ trace: { status, error_count } }) {
  const [name, label] = typeof status === "object" ? ["error", `Failed: ${oneLine(status.failed.error)}`]
    : status === "running" ? ["running", "Running"]
    : error_count ? ["within", `Completed, with ${plural(error_count, "error")} within`]
    : ["ok", "Completed"];
  return span({ class: `status ${name}`, role: "img", "aria-label": label, title: label });
}
