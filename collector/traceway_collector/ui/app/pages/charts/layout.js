/** Where panels stand: nothing overlaps, nothing hangs in the air. Pure. */
import { COLUMNS } from "./panels.js";

/** @typedef {{ id: string, x: number, y: number, w: number, h: number }} Place */

const LEAST = { w: 2, h: 2 };
const HIGHEST = 20;

/** @param {Place} a @param {Place} b */
export const overlap = (a, b) => a.id !== b.id && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/**
 * Panels with one of them somewhere else; those in its way make room, then all rise as far as they can.
 * @template {Place} P @param {readonly P[]} panels @param {string} id @param {Partial<Place>} to @returns {P[]} in the order given
 */
export function placed(panels, id, to) {
  const old = panels.find((panel) => panel.id === id);
  if (!old) return [...panels];
  const moved = fitted({ ...old, ...to });
  /** @type {P[]} */
  const standing = [moved];
  for (const panel of byPlace(panels.filter((each) => each.id !== id))) {
    let at = panel;
    // One that the moved panel has passed on its way down goes up; others give way downwards.
    if (overlap(at, moved) && moved.y > at.y) at = { ...at, y: Math.max(0, moved.y - at.h) };
    standing.push(lowered(at, standing));
  }
  return inOrder(panels, risen(standing));
}

/** Panels without one of them. @template {Place} P @param {readonly P[]} panels @param {string} id @returns {P[]} */
export const without = (panels, id) => settled(panels.filter((panel) => panel.id !== id));

/** The same panels with overlaps and gaps gone. @template {Place} P @param {readonly P[]} panels @returns {P[]} */
export function settled(panels) {
  /** @type {P[]} */
  const standing = [];
  for (const panel of byPlace(panels)) standing.push(lowered(panel, standing));
  return inOrder(panels, risen(standing));
}

/** @template {Place} P @param {P} panel @returns {P} */
function fitted(panel) {
  const w = clamp(panel.w, LEAST.w, COLUMNS);
  return { ...panel, w, h: clamp(panel.h, LEAST.h, HIGHEST), x: clamp(panel.x, 0, COLUMNS - w), y: Math.max(0, panel.y) };
}

/** @template {Place} P @param {P} panel @param {readonly P[]} others @returns {P} */
function lowered(panel, others) {
  let at = panel;
  for (let hit = others.find((other) => overlap(at, other)); hit; hit = others.find((other) => overlap(at, other))) at = { ...at, y: hit.y + hit.h };
  return at;
}

/** @template {Place} P @param {readonly P[]} panels @returns {P[]} */
function risen(panels) {
  /** @type {P[]} */
  const standing = [];
  for (const panel of byPlace(panels)) {
    let at = panel;
    while (at.y > 0 && !standing.some((other) => overlap({ ...at, y: at.y - 1 }, other))) at = { ...at, y: at.y - 1 };
    standing.push(at);
  }
  return standing;
}

/** From above to below, left to right. @template {Place} P @param {readonly P[]} panels @returns {P[]} */
export const byPlace = (panels) => [...panels].sort((a, b) => a.y - b.y || a.x - b.x);

/** @template {Place} P @param {readonly P[]} order @param {readonly P[]} panels @returns {P[]} */
const inOrder = (order, panels) => order.flatMap(({ id }) => panels.filter((panel) => panel.id === id));

/** @param {number} value @param {number} least @param {number} most */
const clamp = (value, least, most) => Math.min(Math.max(Math.round(value), least), most);
