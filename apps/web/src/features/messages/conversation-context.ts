"use client";

import type { TimelineMessage } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";
import type { User } from "@tertulia/model/users";
import { createContext, use } from "react";

/** What a row may do; the same object for as long as the room is open, so that a row is drawn anew only when its own words change. */
export interface ConversationActions {
  edit(message: TimelineMessage): void;
  /** Asks first. */
  remove(message: TimelineMessage): void;
  copy(message: TimelineMessage): void;
  sendAgain(clientId: string): void;
  discard(clientId: string): void;
  stopAnswer(runId: Id): Promise<void>;
  askAgain(message: TimelineMessage): Promise<void>;
  /** Everything that can be done with a message, as a sheet: what a long press opens. */
  openSheet(message: TimelineMessage): void;
}

export interface Conversation {
  me: User;
  /** I run this room: I may delete anyone's words and stop any answer. */
  moderator: boolean;
  /** I may say something here. */
  writer: boolean;
  /** Of someone who is a member now. */
  nameOf(userId: Id): string | null;
  actions: ConversationActions;
}

export const ConversationContext = createContext<Conversation | null>(null);

export function useConversation(): Conversation {
  const conversation = use(ConversationContext);
  if (!conversation) throw new Error("useConversation is called outside of a conversation.");
  return conversation;
}
