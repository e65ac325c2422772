import type { IncomingMessage } from "node:http";
import { deflatedTextFrameOf, textFrameOf } from "@tertulia/gate/text-frame";
import type { WebSocket } from "ws";

/** How texts become WebSocket frames on a connection. */
export type Framing = (text: string) => Buffer;

/** What is smaller isn't worth the work. */
const COMPRESSED_FROM_CHARS = 1_024;

export const plain: Framing = textFrameOf;

/** Each frame by itself, so that one is the same for everyone (protocol E7). */
export const compressed: Framing = (text) => (text.length > COMPRESSED_FROM_CHARS ? deflatedTextFrameOf(text) : textFrameOf(text));

/** What a server agrees to: what it compresses is kept for nobody, and so is what it inflates. */
export const COMPRESSION = { serverNoContextTakeover: true, clientNoContextTakeover: true };

/** Whether the two sides have agreed to it. Whoever wants a smaller window than usual is sent everything as it is, which is always allowed. */
export function isCompressed({ extensions }: WebSocket, { headers }: IncomingMessage): boolean {
  return extensions.includes("permessage-deflate") && !headers["sec-websocket-extensions"]?.includes("server_max_window_bits");
}
