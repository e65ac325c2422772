import { ClientId } from "@tertulia/model/messages";
import { z } from "zod";

/** What a message is called by its sender. It is the message's clientId, known for ever. */
export const PostKey = z.object({
  "idempotency-key": ClientId.optional().meta({
    description:
      "Names this message, so that sending it again can't post it twice: the same key in the same conversation answers the first message, for ever, and with other content is refused (409). Use a UUID, never a counter. Without one, each request posts a message.",
  }),
});

/** What anything else is called by whoever has it made. */
export const MakingKey = z.object({
  "idempotency-key": ClientId.optional().meta({
    description: "Names what is made, so that asking again can't make it twice: for 24 hours the same key answers what was made first, as it is now, and with other content is refused (409). Use a UUID.",
  }),
});

export const keyIn = (headers: z.infer<typeof MakingKey>): string | null => headers["idempotency-key"] ?? null;
