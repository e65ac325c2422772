import type { UsersTable } from "@tertulia/db/tables/users";
import type { Account } from "@tertulia/model/users";
import type { Selectable } from "kysely";
import { toUser } from "../users/to-user.ts";

export const toAccount = (row: Selectable<UsersTable>): Account => ({
  ...toUser(row),
  email: row.email ?? "",
  role: row.role,
  locale: row.locale,
  createdAt: row.created_at.toISOString(),
});
