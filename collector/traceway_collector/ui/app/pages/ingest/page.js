/** Ingest: is it arriving? And how to make it arrive. */
import { h, tags } from "../../dom.js";
import { Connect } from "./connect.js";

const { div } = tags;

export default () => div({ class: "ingest" }, h(Connect, null));
