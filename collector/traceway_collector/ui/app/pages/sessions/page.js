/** Sessions: conversations, and one of them from its beginning. */
import { h } from "../../dom.js";
import { route } from "../../router.js";
import { Conversation } from "./conversation.js";
import { SessionList } from "./list.js";

export default () => (route.value.id ? h(Conversation, { key: route.value.id, id: route.value.id }) : h(SessionList, null));
