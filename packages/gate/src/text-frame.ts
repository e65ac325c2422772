import { constants, deflateRawSync } from "node:zlib";

const TEXT_AND_LAST = 0x81;
/** With RSV1 set. */
const DEFLATED_TEXT_AND_LAST = 0xc1;
/** What a flush ends with, and a receiver adds again (RFC 7692 7.2.1). */
const FLUSH_BYTES = 4;

/** A whole WebSocket text frame (RFC 6455 5.2) around a text: what is sent to many is framed once. */
export function textFrame(...parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([headerFor(length), ...parts]);
}

/** The same of a text that nobody else is sent. */
export function textFrameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = headerFor(length);
  const frame = Buffer.allocUnsafe(header.length + length);
  header.copy(frame);
  frame.write(text, header.length);
  return frame;
}

/** The same, compressed by itself: for every socket that has agreed to permessage-deflate with the server keeping nothing from one frame for the next. */
export function deflatedTextFrameOf(text: string): Buffer {
  const flushed = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  const deflated = flushed.subarray(0, flushed.length - FLUSH_BYTES);
  return Buffer.concat([headerFor(deflated.length, DEFLATED_TEXT_AND_LAST), deflated]);
}

function headerFor(length: number, kind = TEXT_AND_LAST): Buffer {
  if (length < 126) return Buffer.from([kind, length]);
  if (length < 65_536) return Buffer.from([kind, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header.set([kind, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
