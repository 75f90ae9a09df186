/** What happened to a file as its versions, pure: who wrote each, and who read it. */

/**
 * @typedef {object} Version
 * @property {string} hash
 * @property {string | null} before hash of what was there before it, if that is known
 * @property {number | null} size bytes
 * @property {boolean} available whether its bytes are here
 * @property {string | null} state why not
 * @property {string | null} at when it was first seen (RFC 3339)
 * @property {any[]} writes accesses that wrote it, newest first
 * @property {any[]} reads accesses that read it, newest first
 */

/** @param {any[]} accesses of GET /api/files/{path}, newest first @returns {Version[]} newest first */
export function versionsOf(accesses) {
  /** @type {Map<string, Version>} */
  const found = new Map();
  for (const access of accesses) {
    if (!access.hash) continue;
    let version = found.get(access.hash);
    if (!version) {
      version = { hash: access.hash, before: null, size: null, available: false, state: null, at: null, writes: [], reads: [] };
      found.set(access.hash, version);
    }
    version.size ??= access.size;
    version.available ||= access.available;
    version.state ??= access.state;
    version.at = access.at;
    if (access.kind === "fs_write") {
      version.writes.push(access);
      version.before = access.hash_before ?? version.before;
    } else {
      version.reads.push(access);
    }
  }
  const versions = [...found.values()];
  // Where an access does not tell what was there before, it was the version seen before it.
  versions.forEach((version, n) => {
    version.before ??= versions[n + 1]?.hash ?? null;
    if (version.before === version.hash) version.before = null;
  });
  return versions;
}
