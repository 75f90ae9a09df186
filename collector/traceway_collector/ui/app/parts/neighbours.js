/** The traces of the list that was last looked at, in its order, for "previous" and "next" on the page of one. */

/** @type {() => readonly { id: string }[]} */
let rows = () => [];

/** @param {() => readonly { id: string }[]} of */
export function walkAlong(of) {
  rows = of;
}

/** The id of a trace some steps further in the list; "" where it ends. @param {string} id @param {number} step */
export function neighbour(id, step) {
  const all = rows();
  const at = all.findIndex((row) => row.id === id);
  return at < 0 ? "" : (all[at + step]?.id ?? "");
}
