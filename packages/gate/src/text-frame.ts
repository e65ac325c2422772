const TEXT_AND_LAST = 0x81;

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

function headerFor(length: number): Buffer {
  if (length < 126) return Buffer.from([TEXT_AND_LAST, length]);
  if (length < 65_536) return Buffer.from([TEXT_AND_LAST, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header.set([TEXT_AND_LAST, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
