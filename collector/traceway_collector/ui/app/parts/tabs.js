/** Tabs as the WAI-ARIA pattern has them: one stop for Tab, arrows go from tab to tab, Home and End to the ends. */
import { tags } from "../dom.js";

const { div, button } = tags;

/**
 * @param {object} props
 * @param {string} props.label what the tabs are about, for screen readers
 * @param {readonly { id: string, label: string }[]} props.tabs
 * @param {string} props.selected an id
 * @param {(id: string) => void} props.onSelect
 * @param {string} props.panel id of the element the tabs show things in; it should have role "tabpanel" and `tabId(panel, selected)` as its label
 */
export function Tabs({ label, tabs, selected, onSelect, panel }) {
  const move = (/** @type {KeyboardEvent} */ event) => {
    const at = tabs.findIndex(({ id }) => id === selected);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const chosen = next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length];
    if (!chosen) return;
    event.preventDefault();
    onSelect(chosen.id);
    document.getElementById(tabId(panel, chosen.id))?.focus();
  };
  return div({ class: "tabs", role: "tablist", "aria-label": label, onKeyDown: move },
    tabs.map(({ id, label: text }) =>
      button({ key: id, id: tabId(panel, id), type: "button", role: "tab", "aria-selected": id === selected, "aria-controls": panel,
        tabIndex: id === selected ? 0 : -1, onClick: () => onSelect(id) }, text)));
}

/** @param {string} panel @param {string} id */
export const tabId = (panel, id) => `${panel}-tab-${id}`;
