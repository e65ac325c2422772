import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { GetUser, User } from "@tertulia/model/users";
import type { Core } from "../core.ts";
import { toUser, userColumns } from "./to-user.ts";

/** What anyone signed in may know of a user; their presence and address are not part of it. @throws NOT_FOUND */
export async function getUser(core: Core, _actor: Actor, { id }: GetUser): Promise<User> {
  const row = await core.db.selectFrom("users").select(userColumns).where("id", "=", id).executeTakeFirst();
  if (!row) throw new Refusal("NOT_FOUND", { id });
  return toUser(row);
}
