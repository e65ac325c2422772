import type { Id } from "@tertulia/model/ids";
import type { Change } from "../change.ts";

/** Before an answer shows another run's words: its own go back to the run that wrote them, which is answered. */
export async function putWordsAside({ trx }: Change, messageId: Id): Promise<Id> {
  const { id } = await trx
    .updateTable("assistant_runs")
    .set((eb) => ({ shown: false, text: eb.selectFrom("messages").select("content").where("messages.id", "=", messageId).$asScalar().$notNull() }))
    .where("message_id", "=", messageId)
    .where("shown", "=", true)
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}
