/** What this browser keeps. One that keeps nothing (cookies are blocked, say) forgets it with the page. */

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} name */
export function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return memory.get(name) ?? null;
  }
}

/** @param {string} name @param {string} value */
export function store(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    memory.set(name, value);
  }
}
