import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Instant } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import { withReaction, withoutReaction } from "@tertulia/model/reaction-list";
import type { Reaction } from "@tertulia/model/reactions";
import { type KeyOf, type Timeline, withMessage, withMessages, withQuotesOf } from "./timeline.ts";

/** Whether a message has its place in a timeline: a room's has no replies in threads, a thread's has its own alone. */
export type Admits = (message: Message) => boolean;

/** A room's or a thread's timeline after an event; what isn't about its messages changes nothing. */
export function withEventIn(timeline: Timeline, event: RoomEvent, admits: Admits, keyOf: KeyOf): Timeline {
  switch (event.type) {
    case "message.posted":
      return withReplies(withAdmitted(timeline, event.message, admits, keyOf), event.thread);
    case "run.started":
      return withReplies(withShown(timeline, event.message, admits, keyOf), event.thread);
    case "message.edited":
    case "run.completed":
    case "run.stopped":
    case "run.failed":
    case "variant.chosen":
      return withShown(timeline, event.message, admits, keyOf);
    case "message.deleted":
      return withReplies(withQuotesOf(withTombstone(timeline, event.messageId, event.at), event.messageId, ""), event.thread);
    case "reaction.added":
      return withReactions(timeline, event.messageId, (reactions) => withReaction(reactions, event));
    case "reaction.removed":
      return withReactions(timeline, event.messageId, (reactions) => withoutReaction(reactions, event));
    default:
      return timeline;
  }
}

/** A message that may have been there before, with other words. */
function withShown(timeline: Timeline, message: Message, admits: Admits, keyOf: KeyOf): Timeline {
  return withQuotesOf(withAdmitted(timeline, message, admits, keyOf), message.id, message.content);
}

function withAdmitted(timeline: Timeline, message: Message, admits: Admits, keyOf: KeyOf): Timeline {
  return admits(message) ? withMessages(timeline, [message], keyOf) : timeline;
}

/** A root shows how many replies its thread has. */
function withReplies(timeline: Timeline, thread: { rootId: Id; count: number } | undefined): Timeline {
  if (!thread) return timeline;
  return withMessage(timeline, thread.rootId, (root) => (root.threadCount === thread.count ? root : { ...root, threadCount: thread.count }));
}

function withTombstone(timeline: Timeline, messageId: Id, at: Instant): Timeline {
  return withMessage(timeline, messageId, (message) => ({ ...message, content: "", metadata: {}, mentions: [], mentionsRoom: false, reactions: [], deletedAt: at, updatedAt: at }));
}

function withReactions(timeline: Timeline, messageId: Id, change: (reactions: Reaction[]) => Reaction[]): Timeline {
  return withMessage(timeline, messageId, (message) => {
    const reactions = change(message.reactions);
    return reactions === message.reactions ? message : { ...message, reactions };
  });
}
