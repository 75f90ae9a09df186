/** Values as people read them. Pure; units always; what is not known is "–". */

export const UNKNOWN = "–";

const whole = new Intl.NumberFormat("en-US");

/** @param {number | null | undefined} count */
export const number = (count) => (count === null || count === undefined ? UNKNOWN : whole.format(count));

/** 3,120 · 45.2 k · 1.20 M; averages keep three digits that count. @param {number | null | undefined} count */
export function short(count) {
  if (count === null || count === undefined) return UNKNOWN;
  const size = Math.abs(count);
  if (size < 100 && !Number.isInteger(count)) return digits(count);
  if (size < 9_999.5) return whole.format(Math.round(count));
  if (size < 999_500) return `${digits(count / 1e3)} k`;
  if (size < 999_500_000) return `${digits(count / 1e6)} M`;
  return `${digits(count / 1e9)} G`;
}

/** Three digits that count. @param {number} value */
const digits = (value) => value.toFixed(Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2);

/** @param {number | null | undefined} count */
export const tokens = (count) => (count === null || count === undefined ? UNKNOWN : `${short(count)} tok`);

/**
 * Dollars with two digits that count and, below ten cents, four decimals at least, so that amounts line up. The
 * terminal writes them alike. @param {number | null | undefined} amount
 */
export function money(amount) {
  if (amount === null || amount === undefined) return UNKNOWN;
  if (amount === 0) return "$0";
  const [sign, size] = [amount < 0 ? "−" : "", Math.abs(amount)];
  if (size >= 999.5) return `${sign}$${whole.format(Math.round(size))}`;
  if (size >= 0.1) return `${sign}$${size.toFixed(2)}`;
  return `${sign}$${size.toFixed(Math.min(10, Math.max(4, 1 - Math.floor(Math.log10(size)))))}`;
}

/** What something cost; a trailing + where calls without a known price are not in it. @param {number | null | undefined} usd @param {boolean} complete */
export const cost = (usd, complete) => (usd === null || usd === undefined || complete ? money(usd) : `${money(usd)}+`);

/** The same in full, for titles. @param {number | null | undefined} usd @param {boolean} complete */
export const costTitle = (usd, complete) =>
  usd === null || usd === undefined ? "Unknown: no call has a known price" : complete ? `$${usd}` : `At least $${usd}: some calls have no known price`;

/** @param {number | null | undefined} ms milliseconds @returns {string} */
export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return UNKNOWN;
  if (ms === 0) return "0 ms";
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms < 0.001) return `${Math.round(ms * 1e6)} ns`;
  if (ms < 0.9995) return `${digits(ms * 1e3)} µs`;
  if (ms < 999.5) return `${digits(ms)} ms`;
  if (ms < 59_950) return `${digits(ms / 1e3)} s`;
  const seconds = Math.round(ms / 1e3);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  return `${Math.floor(minutes / 1440)} d ${two(Math.floor((minutes % 1440) / 60))} h`;
}

/** @param {number} count */
const two = (count) => String(count).padStart(2, "0");

/** @param {string | number | null | undefined} ns decimal text or number of nanoseconds @returns {number | null} milliseconds */
export const msOf = (ns) => (ns === null || ns === undefined ? null : Number(ns) / 1e6);

/** @param {string | number | null | undefined} ns */
export const durationNs = (ns) => duration(msOf(ns));

/** @param {number | null | undefined} size */
export function bytes(size) {
  if (size === null || size === undefined) return UNKNOWN;
  if (size < 1000) return `${size} B`;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    size /= 1000;
    if (size < 999.5) return `${digits(size)} ${unit}`;
  }
  return `${digits(size)} PB`;
}

/** @param {number | null | undefined} share 0 to 1 */
export const percent = (share) => (share === null || share === undefined ? UNKNOWN : `${digits(share * 100).replace(/\.0+$/, "")} %`);

/** "12 s ago", in lists. @param {string | null | undefined} at RFC 3339 @param {number} [now_ms] */
export function ago(at, now_ms = Date.now()) {
  if (!at) return UNKNOWN;
  const seconds = Math.round((now_ms - Date.parse(at)) / 1000);
  if (seconds < 0) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return new Date(at).toLocaleDateString("en-CA");
}

const dateTime = new Intl.DateTimeFormat("en-CA", {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23",
});

/** The exact local time, for titles and headers. @param {string | null | undefined} at RFC 3339 */
export const exact = (at) => (at ? dateTime.format(new Date(at)).replace(",", "") : UNKNOWN);

/** @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** The beginning of an id. @param {string} id */
export const shortId = (id) => id.slice(0, 8);

/** The beginning of the hash that names a version of a file. @param {string} hash */
export const shortHash = (hash) => hash.replace("sha256:", "").slice(0, 8);

/** The end of a path, which says more than its beginning: …/agent/orders.csv @param {string} path */
export const pathEnd = (path) => (path.split("/").length > 3 ? `…/${path.split("/").slice(-2).join("/")}` : path);
