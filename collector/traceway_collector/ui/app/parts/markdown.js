/**
 * Markdown as elements. What a model wrote is hostile text: no HTML is ever parsed, tags stay visible text, pictures are
 * not loaded, and links open only http(s) and mailto, in a new tab that knows nothing of this one.
 */
import { marked } from "marked";
import { h, tags } from "../dom.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Token, Tokens } from "marked" */

const { div, p, pre, code, ul, ol, li, a, strong, em, del, blockquote, hr, br, table, thead, tbody, tr, th, td, span } = tags;
const DEEPEST = 40;

/** @param {{ text: string }} props */
export const Markdown = ({ text }) => div({ class: "markdown" }, render(lexed(text), 0));

/** What cannot be read as markdown, such as thousands of quotes in one another, stays text. @param {string} text @returns {Token[]} */
function lexed(text) {
  try {
    return marked.lexer(text, { gfm: true });
  } catch {
    return [{ type: "html", raw: text, text }];
  }
}

/** @param {Token[] | undefined} tokens @param {number} depth @returns {ComponentChildren[]} */
const render = (tokens = [], depth) => tokens.map((token, key) => (depth > DEEPEST ? token.raw : one(token, key, depth + 1)));

/** @type {Record<string, (token: any, key: number, depth: number) => ComponentChildren>} */
const SHOWN = {
  space: () => null,
  paragraph: (token, key, depth) => p({ key }, render(token.tokens, depth)),
  // Headings of a message are no headings of the page.
  heading: (token, key, depth) => p({ key }, strong(null, render(token.tokens, depth))),
  code: (token, key) => pre({ key }, code(null, token.text)),
  codespan: (token, key) => code({ key }, token.text),
  list: (token, key, depth) => (token.ordered ? ol({ key, start: token.start || 1 }, items(token, depth)) : ul({ key }, items(token, depth))),
  blockquote: (token, key, depth) => blockquote({ key }, render(token.tokens, depth)),
  hr: (_, key) => hr({ key }),
  br: (_, key) => br({ key }),
  strong: (token, key, depth) => strong({ key }, render(token.tokens, depth)),
  em: (token, key, depth) => em({ key }, render(token.tokens, depth)),
  del: (token, key, depth) => del({ key }, render(token.tokens, depth)),
  link: (token, key, depth) => link(token.href, render(token.tokens, depth), key),
  image: (token, key) => link(token.href, `[image: ${token.text || token.href}]`, key),
  text: (token, key, depth) => (token.tokens ? span({ key }, render(token.tokens, depth)) : plain(token)),
  escape: (token) => token.text,
  table: (token, key, depth) =>
    table({ key }, thead(null, tr(null, token.header.map((/** @type {any} */ cell, /** @type {number} */ n) => th({ key: n }, render(cell.tokens, depth))))),
      tbody(null, token.rows.map((/** @type {any[]} */ row, /** @type {number} */ n) =>
        tr({ key: n }, row.map((cell, m) => td({ key: m }, render(cell.tokens, depth))))))),
};

/** @param {Token} token @param {number} key @param {number} depth */
const one = (token, key, depth) => (SHOWN[token.type] ?? plain)(token, key, depth);

/** HTML and whatever else: as it was written. @param {any} token */
const plain = (token) => token.raw;

/** @param {Tokens.List} token @param {number} depth */
const items = (token, depth) => token.items.map((item, key) => li({ key }, item.task ? (item.checked ? "☑ " : "☐ ") : null, render(item.tokens, depth)));

/** @param {string} address @param {ComponentChildren} content @param {number} key */
function link(address, content, key) {
  if (!/^(https?:|mailto:)/i.test(address)) return h("span", { key, title: address }, content);
  return a({ key, href: address, target: "_blank", rel: "noopener noreferrer nofollow", title: address }, content);
}
