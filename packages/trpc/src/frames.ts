const TEXT_AND_LAST = 0x81;

/** A whole WebSocket text frame (RFC 6455 5.2) around a text: what is sent to many is framed once. */
export function textFrame(...parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([headerFor(length), ...parts]);
}

function headerFor(length: number): Buffer {
  if (length < 126) return Buffer.from([TEXT_AND_LAST, length]);
  if (length < 65_536) {
    const header = Buffer.from([TEXT_AND_LAST, 126, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header.set([TEXT_AND_LAST, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
