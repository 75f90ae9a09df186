// Before the first paint, so that a chosen theme does not flash: the rest comes with settings.js.
try {
  const theme = JSON.parse(localStorage.getItem("traceway.theme") ?? "null");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing shows the system's theme.
}
