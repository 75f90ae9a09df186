/** Typed tags: `div({ class: "row" }, b(null, name))`. A wrong attribute or a wrong prop is an error of the type checker. */
import { h } from "preact";

/** @import { ComponentChildren, JSX, VNode } from "preact" */

/**
 * @typedef {{[K in keyof JSX.IntrinsicElements]:
 *   (props?: (JSX.IntrinsicElements[K] & { [data: `data-${string}`]: unknown }) | null, ...children: ComponentChildren[]) => VNode<any>}} Tags
 */

/** @type {Tags} */
export const tags = new Proxy(/** @type {any} */ ({}), {
  get: (made, name) => (made[name] ??= (/** @type {any} */ props, /** @type {any[]} */ ...children) => h(/** @type {string} */ (name), props, ...children)),
});

export { Fragment, h } from "preact";

/**
 * Class names, those that are false left out.
 * @param {...(string | false | null | undefined)} names
 */
export const classes = (...names) => names.filter(Boolean).join(" ");
