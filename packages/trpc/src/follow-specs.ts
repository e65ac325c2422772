import type { FeedSpec } from "@tertulia/core/feed/feed";
import { FollowMessages } from "@tertulia/model/messages";
import { FollowPresence } from "@tertulia/model/presence";
import { RoomId } from "@tertulia/model/rooms";
import { z } from "zod";

export const followMessages = followed(FollowMessages, ({ roomId, after, lastEventId }) => ({
  kind: "messages",
  roomId,
  after: lastEventId === undefined ? (after ?? null) : Number(lastEventId),
}));
export const followReads = followed(RoomId, ({ roomId }) => ({ kind: "reads", roomId }));
export const followTyping = followed(RoomId, ({ roomId }) => ({ kind: "typing", roomId }));
export const followRuns = followed(RoomId, ({ roomId }) => ({ kind: "runs", roomId }));
export const followPresence = followed(FollowPresence, (of) => ("roomId" in of ? { kind: "presence", roomId: of.roomId } : { kind: "presence.of", userIds: of.userIds }));
export const followInbox = followed(z.unknown(), () => ({ kind: "inbox" }));
export const followNotices = followed(z.unknown(), () => ({ kind: "notices" }));

const byPath: Map<string, { read(input: unknown): FeedSpec | null }> = new Map(
  Object.entries({
    "messages.follow": followMessages,
    "reads.follow": followReads,
    "typing.follow": followTyping,
    "assistants.followRuns": followRuns,
    "presence.follow": followPresence,
    "inbox.follow": followInbox,
    "notices.follow": followNotices,
  }),
);

/** What the follow procedure at this path makes the feed write; null if there is none, or it doesn't take this. */
export const specOf = (path: string, input: unknown): FeedSpec | null => byPath.get(path)?.read(input) ?? null;

/**
 * What a follow procedure takes, and what it makes the feed write. The procedures are made of it, and the gate asks it directly:
 * thousands who come back at once follow at once, and a procedure's call costs tRPC more than all the rest of a follow.
 */
function followed<Schema extends z.ZodType, Spec extends FeedSpec>(input: Schema, spec: (input: z.output<Schema>) => Spec) {
  const read = (raw: unknown): Spec | null => {
    const { success, data } = input.safeParse(raw);
    return success ? spec(data) : null;
  };
  return { input, spec, read };
}
