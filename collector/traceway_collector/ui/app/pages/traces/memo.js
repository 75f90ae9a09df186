/** A component that is drawn again only when one of its props is another: rows that scroll by stay as they are. */
import { Component, h } from "preact";

/** @import { ComponentChildren } from "preact" */

/**
 * @template {object} P
 * @param {(props: P) => ComponentChildren} draw
 * @returns {import("preact").ComponentClass<P>}
 */
export function memo(draw) {
  return class Memo extends Component {
    /** @param {Record<string, unknown>} next */
    shouldComponentUpdate(next) {
      const now = /** @type {Record<string, unknown>} */ (this.props);
      return Object.keys(next).some((name) => next[name] !== now[name]);
    }

    render() {
      return h(/** @type {any} */ (draw), this.props);
    }
  };
}
