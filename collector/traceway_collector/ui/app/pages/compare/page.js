import { h } from "../../dom.js";
import { Empty } from "../../parts/states.js";

export default () => h(Empty, { title: "compare" });
