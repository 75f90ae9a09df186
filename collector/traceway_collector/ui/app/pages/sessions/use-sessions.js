/** The sessions that match, page by page; those that had something new move to the top while live. */
import { useRef, useState } from "preact/hooks";
import { get } from "../../api.js";
import { useRefresh } from "../../live.js";
import { useLoad } from "../../load.js";
import { merged } from "./turns.js";

/**
 * @typedef {{ id: string, trace_count: number, users: string[], started_at: string, last_at: string, span_count: number, error_count: number,
 *   input_tokens: number | null, output_tokens: number | null, total_tokens: number | null, cost_usd: number | null, cost_complete: boolean,
 *   services: string[], models: string[], input_preview: string | null, output_preview: string | null }} Session
 * @typedef {{ items: Session[], next_cursor: string | null }} Page
 */

const AT_ONCE = 100;
const PAUSE_MS = 2000;

/** @param {{ q: string, since: string, until: string }} range */
export function useSessions(range) {
  const key = JSON.stringify(range);
  const first = useLoad(`sessions ${key}`, (signal) => /** @type {Promise<Page>} */ (get("sessions", { ...range, limit: AT_ONCE }, signal)), { keep: false });
  const [more, setMore] = useState(/** @type {{ key: string, items: Session[], cursor: string | null }} */ ({ key: "", items: [], cursor: null }));
  const asking = useRef(false);
  useRefresh(first.reload, PAUSE_MS);

  const own = more.key === key;
  const items = merged(first.data?.items ?? [], own ? more.items : []);
  const cursor = own ? more.cursor : (first.data?.next_cursor ?? null);
  const next = async () => {
    if (!cursor || asking.current) return;
    asking.current = true;
    try {
      const page = /** @type {Page} */ (await get("sessions", { ...range, limit: AT_ONCE, cursor }));
      setMore({ key, items: [...(own ? more.items : []), ...page.items], cursor: page.next_cursor });
    } finally {
      asking.current = false;
    }
  };
  return { first, items, next, complete: !cursor };
}
