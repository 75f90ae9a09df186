/** Metrics as people read them, by the unit the server says. Pure. */
import { bytes, duration, money, number, percent, short, tokens, UNKNOWN } from "../../format.js";

/** @typedef {{ name: string, about: string, unit: string }} Metric */
/** @typedef {{ metrics: Metric[], group_by: { name: string, about: string }[] }} Schema */

/** @type {Record<string, (value: number) => string>} */
const SHORT = {
  usd: money, tokens, ms: duration, ratio: percent, bytes, count: short, "tokens/s": (value) => `${short(value)} tok/s`,
};

/** @type {Record<string, (value: number) => string>} */
const EXACT = {
  usd: (value) => `$${value.toPrecision(6).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")}`,
  tokens: (value) => `${number(value)} tok`, ms: (value) => `${number(Math.round(value * 1000) / 1000)} ms`, bytes: (value) => `${number(value)} B`, count: number,
};

const DECADES_MS = Array.from({ length: 10 }, (_, n) => 10 ** (n - 6)).flatMap((ten) => [ten, 2 * ten, 5 * ten]).filter((ms) => ms <= 20_000);
const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
/** Between lines of an axis of durations: round ones, which are not decimal from a minute on. */
const STEPS_MS = [...DECADES_MS, 30_000, ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS), ...[1, 2, 4, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((n) => n * DAY_MS)];

/** @param {string} unit */
export const stepsOf = (unit) => (unit === "ms" ? STEPS_MS : undefined);

/** @param {Schema} schema @param {string} metric */
export const unitOf = (schema, metric) => schema.metrics.find(({ name }) => name === metric)?.unit ?? "count";

/** @param {string} unit @returns {(value: number | null | undefined) => string} */
export const shown = (unit) => (value) => (value === null || value === undefined ? UNKNOWN : (SHORT[unit] ?? short)(value));

/** Every digit, for hovering. @param {string} unit @returns {(value: number | null | undefined) => string} */
export const exactly = (unit) => (value) => (value === null || value === undefined ? "not known" : (EXACT[unit] ?? SHORT[unit] ?? number)(value));
