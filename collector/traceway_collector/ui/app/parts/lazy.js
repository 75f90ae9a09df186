/** A component that is loaded when it is first shown, so that a first visit does not wait for it. */
import { useEffect, useState } from "preact/hooks";
import { h } from "../dom.js";
import { Skeleton, Unloaded } from "./states.js";

/** @import { ComponentType } from "preact" */

/**
 * @template {object} P
 * @param {() => Promise<ComponentType<P>>} load
 * @returns {(props: P) => import("preact").VNode<any>}
 */
export function lazy(load) {
  /** @type {ComponentType<P> | null} */
  let ready = null;
  return function Lazy(props) {
    const [found, setFound] = useState(() => ({ component: ready, error: /** @type {Error | null} */ (null) }));
    useEffect(() => {
      if (!ready) load().then((component) => setFound({ component: (ready = component), error: null }), (error) => setFound({ component: null, error }));
    }, []);
    if (found.error) return Unloaded();
    return found.component ? h(found.component, props) : h(Skeleton, null);
  };
}
