/** Text of any length and any origin: as markdown or as it is, cut by lines until someone asks for more. */
import { useMemo, useState } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { number } from "../../format.js";
import { Markdown } from "../markdown.js";
import { cut } from "./cut.js";
import { visible } from "./visible.js";

const { div, pre, button } = tags;
/** Longer texts are no prose; reading them as markdown would stop the page. */
const MOST_MARKDOWN = 20_000;

/**
 * @param {object} props
 * @param {string} props.text
 * @param {boolean} [props.markdown]
 * @param {number} [props.lines] shown at first
 */
export function Text({ text, markdown = false, lines }) {
  const [steps, setSteps] = useState(0);
  const { shown, rest } = useMemo(() => cut(text, steps, lines), [text, steps, lines]);
  const clean = useMemo(() => visible(shown), [shown]);
  return div({ class: "msg-text" },
    markdown && clean.length <= MOST_MARKDOWN ? h(Markdown, { text: clean }) : pre({ class: "plain", dir: "auto" }, clean),
    rest || steps > 0
      ? div({ class: "more-text" },
        rest ? button({ class: "button quiet", onClick: () => setSteps(steps + 1) },
          `Show ${rest > 200_000 ? "more" : "all"} (${number(rest)} more characters)`) : null,
        steps > 0 ? button({ class: "button quiet", onClick: () => setSteps(0) }, "Show less") : null)
      : null);
}
