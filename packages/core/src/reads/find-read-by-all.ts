import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Message } from "@tertulia/model/messages";
import type { Core } from "../core.ts";

/**
 * Which of these messages, all of one room, every person in it but the author has read. None in a room of more than 200, where positions aren't told;
 * none where there is nobody else; none of an answer that is being written; and no reply in a thread, which is read by a position of its own.
 */
export async function findReadByAll({ db }: Pick<Core, "db">, messages: readonly Pick<Message, "id" | "roomId">[]): Promise<Set<Id>> {
  const [first] = messages;
  if (!first) return new Set();
  const rows = await db
    // Whoever wrote a message doesn't count for it, so the one furthest behind and the next tell of all messages.
    .with("furthest_behind", (eb) =>
      eb
        .selectFrom("room_members as reader")
        .innerJoin("rooms", "rooms.id", "reader.room_id")
        .innerJoin("users", "users.id", "reader.user_id")
        .select(["reader.user_id", "reader.last_read_seq"])
        .where("reader.room_id", "=", first.roomId)
        .where("rooms.member_count", "<=", limits.readsToldUpToMembers)
        .where("users.kind", "=", "human")
        .orderBy("reader.last_read_seq")
        .limit(2),
    )
    .selectFrom("messages as m")
    .select("m.id")
    .where("m.id", "in", messages.map(({ id }) => id))
    .where("m.room_id", "=", first.roomId)
    // It is null of an answer being written and of a reply in a thread.
    .where("m.unread_seq", "<=", (eb) => eb.selectFrom("furthest_behind").whereRef("furthest_behind.user_id", "<>", "m.author_id").select((min) => min.fn.min("furthest_behind.last_read_seq").as("seq")))
    .execute();
  return new Set(rows.map(({ id }) => id));
}
