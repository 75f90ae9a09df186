/** The start: everything else hangs below `Shell`. */
import { render } from "preact";
import { h } from "./dom.js";
import { Shell } from "./shell/shell.js";

render(h(Shell, null), /** @type {HTMLElement} */ (document.getElementById("app")));
