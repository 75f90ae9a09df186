/** One trace as a page of its own. */
import { h } from "../../dom.js";
import { route } from "../../router.js";
import { TraceView } from "./view.js";

export default () => h(TraceView, { id: route.value.id, key: route.value.id });
