import type { Actor } from "@tertulia/model/actor";
import type { SearchUsers, User } from "@tertulia/model/users";
import type { Core } from "../core.ts";
import { beginningWith, containing } from "../paging/like-patterns.ts";
import { isSomeone } from "./is-someone.ts";
import { toUser, userColumns } from "./to-user.ts";
import { usernameKey } from "./username-key.ts";

const FOUND_AT_MOST = 20;

/** People and assistants by a part of their username or display name, those whose username begins with it first; at most 20. Never by email. */
export async function searchUsers(core: Core, _actor: Actor, { q }: SearchUsers): Promise<User[]> {
  const words = q.trim().replace(/^@/, "");
  const key = usernameKey(words);
  const rows = await core.db
    .selectFrom("users")
    .select(userColumns)
    .where(isSomeone)
    .where((eb) => eb.or([eb("users.username_key", "like", containing(key)), eb("users.display_name", "ilike", containing(words))]))
    .orderBy((eb) => eb("users.username_key", "like", beginningWith(key)), "desc")
    .orderBy("users.username_key")
    .limit(FOUND_AT_MOST)
    .execute();
  return rows.map(toUser);
}
