import type { Message } from "@tertulia/model/messages";
import type { TimelineMessage } from "../src/state.ts";

interface Shown {
  messages: readonly TimelineMessage[];
}

/** What a room or a thread shows. */
export const texts = ({ messages }: Shown): string[] => messages.map(({ content }) => content);

/** Shows these words, and no others. */
export const says = (...wanted: string[]) => (state: Shown): boolean => JSON.stringify(texts(state)) === JSON.stringify(wanted);

export const isReady = ({ status }: { status: string }): boolean => status === "ready";

/** A row as the server's message. */
export const keyless = ({ key: _, ...message }: TimelineMessage): Message => message;

/** An event is stamped a moment after the row it tells of. */
export const timeless = (message: Message): Message => (message.deletedAt === null ? message : { ...message, deletedAt: "then", updatedAt: "then" });
