import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Kysely } from "kysely";
import { may, type Standing } from "../policy/policy.ts";
import { usernameKey } from "../users/username-key.ts";

const MENTION = /@([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*)/gu;

/** The members of the room whose @username stands in the text, each once, at most 50. */
export async function findMentions(db: Kysely<Tables>, roomId: Id, content: string): Promise<Id[]> {
  const names = namesIn(content);
  if (names.length === 0) return [];
  const members = await db
    .selectFrom("room_members")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select(["users.id", "users.username_key"])
    .where("room_members.room_id", "=", roomId)
    .where("users.username_key", "in", [...new Set(names.flatMap(beginningsOf))])
    .execute();
  const idByKey = new Map(members.map((member) => [member.username_key, member.id]));
  const mentioned = names.map((name) => beginningsOf(name).map((key) => idByKey.get(key)).find((id) => id !== undefined));
  return [...new Set(mentioned)].filter((id) => id !== undefined);
}

/** Whether a text mentions everyone: says @room in the room itself (a thread's people are those in it), by someone who may. Else the word is only a word. */
export function mentionsRoom({ content, threadRootId }: { content: string; threadRootId?: Id | null | undefined }, standing: Standing): boolean {
  const isSaid = !threadRootId && content.includes("@") && namesIn(content).some(callsRoom);
  return isSaid && may("mention room", standing);
}

/** Whether what stands after the @ is the word for everyone in the room, as in "@room-mates" and "@room你好". */
export const callsRoom = (name: string): boolean => beginningsOf(name).includes("room");

function namesIn(content: string): string[] {
  const names = new Set<string>();
  for (const match of content.matchAll(MENTION)) {
    names.add(usernameKey(match[1] ?? "").slice(0, limits.usernameChars));
    if (names.size === limits.mentionsPerMessage) break;
  }
  return [...names];
}

// Scripts that put no space between words, or hang particles on a name.
const GOES_ON_WITHOUT_SPACE = /[._\-\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What the name may be, longest first: Chinese goes on without a space ("@quill你好"), and a full stop may follow a name that could hold one. */
function beginningsOf(name: string): string[] {
  const beginnings = [name];
  for (let end = name.length - 1; end > 0; end--) {
    if (GOES_ON_WITHOUT_SPACE.test(name.charAt(end))) beginnings.push(name.slice(0, end));
  }
  return beginnings;
}
