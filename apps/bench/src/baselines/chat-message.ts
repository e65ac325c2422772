import { randomUUID } from "node:crypto";

/** What is posted to a baseline. */
export interface Posted {
  roomId: string;
  clientId: string;
  content: string;
}

/** What its rooms are told. */
export interface ChatMessage extends Posted {
  id: string;
  author: { id: string; username: string };
  createdAt: string;
}

export const toMessage = (posted: Posted, author: ChatMessage["author"]): ChatMessage => ({ id: randomUUID(), ...posted, author, createdAt: new Date().toISOString() });

export const newAuthor = (): ChatMessage["author"] => {
  const id = randomUUID();
  return { id, username: id.slice(0, 8) };
};
