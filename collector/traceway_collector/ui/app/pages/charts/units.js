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

/** @param {Schema} schema @param {string} metric */
export const unitOf = (schema, metric) => schema.metrics.find(({ name }) => name === metric)?.unit ?? "count";

/** @param {string} unit @returns {(value: number | null | undefined) => string} */
export const shown = (unit) => (value) => (value === null || value === undefined ? UNKNOWN : (SHORT[unit] ?? short)(value));

/** Every digit, for hovering. @param {string} unit @returns {(value: number | null | undefined) => string} */
export const exactly = (unit) => (value) => (value === null || value === undefined ? "not known" : (EXACT[unit] ?? SHORT[unit] ?? number)(value));
