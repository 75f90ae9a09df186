/** Ids of what people keep under a name: readable, and not that of another. Pure. */

/** @param {string} name @param {string} otherwise for a name without a letter an id can have @param {readonly string[]} taken */
export function newId(name, otherwise, taken) {
  const words = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 50) || otherwise;
  let [id, number] = [words, 2];
  while (taken.includes(id)) id = `${words}-${number++}`;
  return id;
}
