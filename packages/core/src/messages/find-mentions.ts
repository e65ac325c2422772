import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import { limits } from "@tertulia/model/limits";
import type { Kysely } from "kysely";
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

function namesIn(content: string): string[] {
  const names = new Set<string>();
  for (const match of content.matchAll(MENTION)) {
    names.add(usernameKey(match[1] ?? "").slice(0, limits.usernameChars));
    if (names.size === limits.mentionsPerMessage) break;
  }
  return [...names];
}

/** Longest first: Chinese goes on without a space ("@quill你好"), and a full stop may follow a name that could hold one. */
const beginningsOf = (name: string): string[] => Array.from(name, (_, index) => name.slice(0, name.length - index));
