/** The top bar of every page: the filter, the time range, live. What opens over any page hangs here, too. */
import { h, tags } from "../dom.js";
import { keyName, useKeys } from "../keys.js";
import { connected, live, refused, useEvents } from "../live.js";
import { copyLink } from "../parts/copy.js";
import { Confirm } from "../parts/dialog.js";
import { ranged } from "../router.js";
import { FilterBar } from "./filter/bar.js";
import { Help, helpOpen } from "./help.js";
import { Palette, paletteOpen } from "./palette.js";
import { TimeRange } from "./range.js";

const { header, button, kbd, span } = tags;

export function Topbar() {
  // So that the dot tells whether the server is there, and pages come and go on one connection.
  useEvents(() => {});
  useKeys("Everywhere", [
    { keys: "mod+k", label: "Go to …", run: () => void (paletteOpen.value = true) },
    { keys: "?", label: "All keys", run: () => void (helpOpen.value = true) },
    { keys: "c", label: "Copy the link to this", run: () => void copyLink() },
    { keys: "l", label: "Follow what arrives, or pause", run: toggleLive },
  ]);
  return header({ class: "topbar" },
    h(FilterBar, null),
    ranged.value ? h(TimeRange, null) : null,
    h(LiveToggle, null),
    button({ class: "button quiet palette-button", "aria-label": `${keyName("mod+k")} Go to a page, a trace, a view`, title: "Go to a page, a trace, a view", onClick: () => (paletteOpen.value = true) }, kbd(null, keyName("mod+k"))),
    h(Palette, null),
    h(Help, null),
    h(Confirm, null));
}

function toggleLive() {
  live.value = !live.value;
}

/** @type {Record<string, string>} */
const WORDS = { paused: "Paused", refused: "Not live" };

function LiveToggle() {
  const state = !live.value ? "paused" : refused.value ? "refused" : connected.value ? "on" : "waiting";
  const about = { paused: "Paused: press to follow what arrives (l)", on: "Following what arrives: press to pause (l)", waiting: "Connecting to the server …", refused: `Nothing is followed: ${refused.value?.message}` }[state];
  return button({ class: "button quiet live", "aria-pressed": live.value, "aria-label": "Live", title: about, onClick: toggleLive },
    span({ class: `live-dot ${state}` }), span({ class: "live-word" }, WORDS[state] ?? "Live"),
    span({ class: "hidden", role: "status" }, about));
}
