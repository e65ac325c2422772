import type { TimelineMessage } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";

export type Announcement =
  | { says: "said"; name: string; words: string }
  | { says: "began"; name: string }
  | { says: "ended"; name: string; words: string };

/** As much of a message as is read out. */
const READ_OUT_CHARS = 600;

/**
 * What those who listen hear when the timeline goes from one state to the next: each new message of others once, of an answer its
 * beginning and its end. History that is loaded above says nothing, nor do the words in between.
 */
export function announcementsBetween(before: readonly TimelineMessage[], after: readonly TimelineMessage[], me: Id): Announcement[] {
  const end = before.at(-1)?.seq ?? 0;
  const statusBefore = new Map(before.map((message) => [message.id, message.status]));
  const said: Announcement[] = [];
  for (const message of after) {
    const name = message.author.displayName;
    const words = message.content.slice(0, READ_OUT_CHARS);
    const was = statusBefore.get(message.id);
    if (was === "streaming" && message.status !== "streaming") said.push({ says: "ended", name, words });
    else if (was !== undefined && was !== "streaming" && message.status === "streaming") said.push({ says: "began", name });
    else if (message.seq > end && message.author.id !== me && message.deletedAt === null)
      said.push(message.status === "streaming" ? { says: "began", name } : { says: "said", name, words });
  }
  return said;
}
