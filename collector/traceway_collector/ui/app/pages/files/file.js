/** One file: its versions in time, the content of one, the difference of any two, and the runs that touched it. */
import { useMemo } from "preact/hooks";
import { get } from "../../api.js";
import { classes, h, tags } from "../../dom.js";
import { ago, bytes, exact, plural, shortHash, shortId } from "../../format.js";
import { Icon } from "../../icons.js";
import { KindMark } from "../../kinds.js";
import { useLoad } from "../../load.js";
import { CopyButton } from "../../parts/copy.js";
import { UnifiedDiff } from "../../parts/diff.js";
import { Empty, Loading } from "../../parts/states.js";
import { Tabs, tabId } from "../../parts/tabs.js";
import { href, param, patch } from "../../router.js";
import { FileContent } from "./content.js";
import { versionsOf } from "./versions.js";

/** @import { Version } from "./versions.js" */

const { div, h2, a, button, span, ol, li, p, table, thead, tbody, tr, th, td } = tags;
const MOST = 500;

const view = param("view");
const chosen = param("v");
const base = param("base");

/** @type {Record<string, string>} why bytes are not here, in words */
const WHY_NOT = {
  hash_only: "Only its hash was sent (it looks like a secret, or contents are switched off).",
  too_large: "It is larger than the collector keeps (--max-file-mib).",
  run_full: "Its run had sent more than the collector keeps (--max-run-files-mib).",
  incomplete: "Some of its chunks have not arrived yet.",
  corrupt: "The bytes that came were not those of its hash.",
  missing: "Its bytes never came, or were deleted.",
};

/** @param {{ path: string }} props */
export function File({ path }) {
  const loaded = useLoad(`file ${path}`, (signal) => get(`files/${encodeURIComponent(path)}`, { limit: MOST }, signal), { keep: false });
  return h(Loading, { loaded, show: (/** @type {any} */ data) => h(History, { path, data }) });
}

/** @param {{ path: string, data: any }} props */
function History({ path, data }) {
  const versions = useMemo(() => versionsOf(data.items), [data]);
  const version = versions.find((each) => each.hash === chosen.value) ?? versions[0];
  const tab = TABS.some(({ id }) => id === view.value) ? view.value : "content";
  return div({ class: "file" },
    div({ class: "file-head" },
      a({ class: "button quiet icon only-small", href: href("files"), "aria-label": "Back to the tree" }, h(Icon, { name: "chevron" })),
      h2({ class: "line grow mono", title: path }, path),
      h(CopyButton, { text: path, label: "Copy the path" })),
    versions.length
      ? div({ class: "file-body" },
          h(Timeline, { versions, version: /** @type {Version} */ (version) }),
          div({ class: "file-view" },
            h(Tabs, { label: "Views of the file", tabs: TABS, selected: tab, onSelect: (id) => patch({ view: id }), panel: PANEL }),
            div({ class: "file-tab", id: PANEL, role: "tabpanel", "aria-labelledby": tabId(PANEL, tab) }, h(Tab, { tab, path, versions, version: /** @type {Version} */ (version), data }))))
      : h(Runs, { data }));
}

const PANEL = "file-view";
const TABS = [{ id: "content", label: "Content" }, { id: "diff", label: "Difference" }, { id: "runs", label: "Runs" }];

/** @param {{ tab: string, path: string, versions: Version[], version: Version, data: any }} props */
function Tab({ tab, path, versions, version, data }) {
  if (tab === "runs") return h(Runs, { data });
  if (tab === "diff") return h(Difference, { versions, version });
  if (!version.available) return h(NotHere, { version });
  return h(FileContent, { hash: version.hash, name: path });
}

/** @param {{ version: Version }} props */
const NotHere = ({ version }) => h(Empty, { title: "The content is not here" }, p(null, WHY_NOT[version.state ?? "missing"] ?? version.state));

/** @param {{ versions: Version[], version: Version }} props */
const Timeline = ({ versions, version }) =>
  ol({ class: "timeline", "aria-label": "Versions, newest first" }, versions.map((each, n) => {
    const write = each.writes.at(-1);
    return li({ key: each.hash },
      button({ class: "version", "aria-current": each === version ? "true" : undefined, onClick: () => patch({ v: n ? each.hash : null, base: null }) },
        span({ class: "row-of" }, h(KindMark, { kind: write ? "fs_write" : "fs_read" }), span({ class: "mono" }, shortHash(each.hash)), span({ class: "grow" }),
          span({ class: "muted" }, bytes(each.size))),
        span({ class: "row-of small muted" }, span({ class: "line grow" }, write ? `written by ${write.service ?? "unknown"}` : "first seen when read"),
          span({ title: exact(each.at) }, ago(each.at))),
        span({ class: "row-of small muted" }, each.before ? h(Change, { before: each.before, after: each.hash, known: each.available }) : span(null, "first version"),
          span({ class: "grow" }), each.reads.length ? span(null, `read ${each.reads.length} ×`) : null)));
  }));

/** Lines added and removed. @param {{ before: string, after: string, known: boolean }} props */
function Change({ before, after, known }) {
  const loaded = useLoad(known ? `diff ${before} ${after}` : null, (signal) => get("files/diff", { from: before, to: after }, signal));
  if (!loaded.data) return span({ title: loaded.error?.message ?? "The contents are not here" }, loaded.loading ? " " : "–");
  return span({ title: `against ${shortHash(before)}` }, `+${loaded.data.added} −${loaded.data.removed} lines`);
}

/** @param {{ versions: Version[], version: Version }} props */
function Difference({ versions, version }) {
  const before = base.value || version.before;
  const others = versions.filter((each) => each !== version);
  if (!others.length && !before) return h(Empty, { title: "There is one version alone" });
  return div({ class: "stack" },
    div({ class: "row-of" }, span({ class: "muted" }, "from"),
      tags.select({ class: "input mono", "aria-label": "The older version", value: before ?? "", onChange: (event) => patch({ base: event.currentTarget.value }) },
        before && !others.some((each) => each.hash === before) ? tags.option({ value: before }, shortHash(before)) : null,
        before ? null : tags.option({ value: "" }, "choose a version"),
        others.map((each) => tags.option({ key: each.hash, value: each.hash }, `${shortHash(each.hash)} · ${ago(each.at)}`))),
      span({ class: "muted" }, "to"), span({ class: "mono" }, shortHash(version.hash))),
    before ? h(Compared, { before, after: version.hash }) : null);
}

/** @param {{ before: string, after: string }} props */
function Compared({ before, after }) {
  const loaded = useLoad(`diff ${before} ${after}`, (signal) => get("files/diff", { from: before, to: after }, signal), { keep: false });
  return h(Loading, { loaded, show: ({ diff }) => h(UnifiedDiff, { diff }) });
}

/** Everyone who touched the file. @param {{ data: any }} props */
const Runs = ({ data }) =>
  div({ class: "stack" },
    data.has_more ? p({ class: "muted" }, `The newest ${plural(data.count, "use")}.`) : null,
    table({ class: "grid" },
      thead(null, tr(null, th(null, "What"), th(null, "When"), th(null, "Service"), th({ class: "right" }, "Bytes"), th(null, "Version"), th(null, "Trace"))),
      tbody(null, data.items.map((/** @type {any} */ use) =>
        tr({ key: use.span_id + use.trace_id, class: classes(use.error_type && "is-error") },
          td(null, span({ class: "row-of" }, h(KindMark, { kind: use.kind }), use.operation ?? (use.kind === "fs_write" ? "write" : "read"), use.count > 1 ? ` × ${use.count}` : "", use.error_type ? `: ${use.error_type}` : "")),
          td({ title: exact(use.at) }, ago(use.at)),
          td(null, use.service ?? "–"),
          td({ class: "right" }, bytes(use.bytes)),
          td({ class: "mono" }, use.hash ? shortHash(use.hash) : "–"),
          td(null, a({ class: "mono", href: href("traces", use.trace_id, { span: use.span_id }) }, shortId(use.trace_id))))))));
