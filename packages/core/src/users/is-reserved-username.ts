import { callsRoom } from "../messages/find-mentions.ts";
import { usernameKey } from "./username-key.ts";

/** Words that a mention has for nobody in particular, here or in the chats that people come from, and names that would pass for the server's own. */
const RESERVED = new Set(["room", "everyone", "here", "all", "channel", "system", "assistant", "所有人", "全体成员", "大家", "系统", "助手"]);

/** Whether nobody new may be called that. Who already is stays it. */
export const isReservedUsername = (username: string): boolean => RESERVED.has(usernameKey(username)) || callsRoom(usernameKey(username));
