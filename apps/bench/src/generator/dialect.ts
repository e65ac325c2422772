import type { Connection } from "./connection.ts";

/** A member as the generator plays them. Only our server asks for the token. */
export interface Member {
  token: string;
}

/** How one of the servers is spoken to; all else is the same for all of them. */
export interface Dialect {
  /** What the WebSocket is asked for at. */
  readonly path: string;
  /** What else the request says. */
  headers?(member: Member): Record<string, string>;
  /** How those who post are spoken to, if not as those who follow. */
  readonly posting?: Dialect;
  /** Once the connection is open, says who it is and asks for what is said in these rooms; resolves when all of it is granted. */
  enter(connection: Connection, member: Member, roomIds: readonly string[]): Promise<void>;
  /** The frame that posts a message. `number` is unique in the run; the answer to it holds the message. */
  post(roomId: string, number: number, content: string): string;
}
