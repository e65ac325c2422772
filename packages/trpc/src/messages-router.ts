import { deleteMessage } from "@tertulia/core/messages/delete-message";
import { editMessage } from "@tertulia/core/messages/edit-message";
import { getMessage } from "@tertulia/core/messages/get-message";
import { listMessages } from "@tertulia/core/messages/list-messages";
import { postMessage } from "@tertulia/core/messages/post-message";
import { DeleteMessage, EditMessage, GetMessage, ListMessages, Message, MessagePage, PostMessage } from "@tertulia/model/messages";
import { messagesStream } from "./feed-stream.ts";
import { followMessages } from "./follow-specs.ts";
import { router, signedInProcedure } from "./trpc.ts";

export const messagesRouter = router({
  // The hot path: what core has just put together isn't taken apart and checked again on its way out.
  post: signedInProcedure.input(PostMessage).mutation(({ ctx, input }) => postMessage(ctx.core, ctx.actor, input)),
  list: signedInProcedure.input(ListMessages).output(MessagePage).query(({ ctx, input }) => listMessages(ctx.core, ctx.actor, input)),
  get: signedInProcedure.input(GetMessage).output(Message).query(({ ctx, input }) => getMessage(ctx.core, ctx.actor, input)),
  edit: signedInProcedure.input(EditMessage).output(Message).mutation(({ ctx, input }) => editMessage(ctx.core, ctx.actor, input)),
  delete: signedInProcedure.input(DeleteMessage).output(DeleteMessage).mutation(({ ctx, input }) => deleteMessage(ctx.core, ctx.actor, input)),
  follow: signedInProcedure.input(followMessages.input).subscription(({ ctx, input }) => messagesStream(ctx, followMessages.spec(input))),
});
