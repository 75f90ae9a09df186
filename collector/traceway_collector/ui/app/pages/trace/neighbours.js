/** The keys [ and ]: the trace before and after this one in the list it was opened from. */
import { get } from "../../api.js";
import { useKeys } from "../../keys.js";
import { toast } from "../../parts/copy.js";
import { neighbour } from "../../parts/neighbours.js";
import { go, route } from "../../router.js";

const MOST = 500;

/** @param {{ id: string }} props */
export function Neighbours({ id }) {
  const walk = (/** @type {number} */ step) => async () => {
    const { params } = route.value;
    const known = neighbour(id, step);
    if (known) return go("traces", known, { tab: params.get("tab") });
    const asked = { q: params.get("q"), since: params.get("since"), until: params.get("until"), limit: MOST };
    try {
      const { items } = await get("traces", asked);
      const at = items.findIndex((/** @type {{ id: string }} */ trace) => trace.id === id);
      const next = at < 0 ? undefined : items[at + step];
      if (next) go("traces", next.id, { tab: params.get("tab") });
      else toast(at < 0 ? "This trace is not in the current list" : step < 0 ? "This is the first trace of the list" : "This is the last trace of the list");
    } catch (error) {
      toast(error instanceof Error ? error.message : "The list could not be read");
    }
  };
  useKeys("Trace", [
    { keys: "[", label: "Previous trace of the list", run: () => void walk(-1)() },
    { keys: "]", label: "Next trace of the list", run: () => void walk(1)() },
  ]);
  return null;
}
