import type { UsersTable } from "@tertulia/db/tables/users";
import type { User } from "@tertulia/model/users";
import type { Selectable } from "kysely";

export type UserColumns = Pick<Selectable<UsersTable>, "id" | "username" | "display_name" | "avatar_url" | "kind">;

/** The columns that anyone may know of a user, to select by. */
export const userColumns = ["users.id", "users.username", "users.display_name", "users.avatar_url", "users.kind"] as const;

export const toUser = (row: UserColumns): User => ({
  id: row.id,
  username: row.username,
  displayName: row.display_name,
  avatarUrl: row.avatar_url,
  kind: row.kind,
});
