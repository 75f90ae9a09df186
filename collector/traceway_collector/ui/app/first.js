// What must not wait for the modules, which come one request each: this stands in the page itself (api/pages.py).
(() => {
  const kept = (/** @type {string} */ name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // a browser that keeps nothing shows the system's theme, and knows no key
    }
  };
  // Before the first paint, so that a chosen theme does not flash.
  const theme = kept("traceway.theme");
  if (theme === '"light"' || theme === '"dark"') document.documentElement.dataset.theme = theme.slice(1, -1);

  const [, first, id, params] = /^#?\/?([^/?]*)\/?([^?]*)\??(.*)$/.exec(location.hash) ?? [];
  const page = first === "traces" && id ? "trace" : first || "traces";
  // The page's first question before its modules, so that the answer is there with them: api.js takes it.
  const path = page === "trace" && /^[0-9a-f]{32}$/.test(id ?? "") ? `api/traces/${id}/tree` : page === "traces" && !params ? "api/traces?limit=50" : "";
  if (path) {
    const key = kept("traceway.api-key");
    const answer = fetch(path, { priority: "high", headers: key ? { "x-api-key": key } : {} });
    answer.catch(() => {});
    /** @type {any} */ (window).early = { path, answer };
  }

  const pages = document.getElementById("pages");
  for (const file of JSON.parse(pages?.textContent ?? "{}")[page] ?? []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: pages?.dataset.files + file }));
  }
})();
