const TEXT = 1;
const PING = 9;
const LAST = 0x80;
const MASKED = 0x80;
const MASK = Buffer.from([0x5a, 0xc3, 0x3c, 0xa5]);

/** A whole text frame as a client sends it (RFC 6455 5.2). */
export const clientFrame = (text: string): Buffer => maskedFrame(TEXT, Buffer.from(text));

/** Keeps a connection alive whether or not it was asked for (RFC 6455 5.5.3). */
export const pongFrame = (): Buffer => maskedFrame(10, Buffer.alloc(0));

function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  const frame = Buffer.allocUnsafe((long ? 8 : 6) + payload.length);
  frame[0] = LAST | opcode;
  frame[1] = MASKED | (long ? 126 : payload.length);
  if (long) frame.writeUInt16BE(payload.length, 2);
  MASK.copy(frame, long ? 4 : 2);
  const start = long ? 8 : 6;
  for (let at = 0; at < payload.length; at++) frame[start + at] = (payload[at] ?? 0) ^ (MASK[at & 3] ?? 0);
  return frame;
}

/** Takes a server's stream apart into the texts of its frames. For the beginning of a connection; what comes in masses is only looked through. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  /** What has come and isn't a whole frame yet. */
  get rest(): Buffer {
    return this.#rest;
  }

  /** Calls `heard` with each whole text, and `pinged` for each ping. */
  read(chunk: Buffer, heard: (text: string) => void, pinged: () => void): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let frame = firstFrame(this.#rest); frame; frame = firstFrame(this.#rest)) {
      this.#rest = this.#rest.subarray(frame.end);
      if (frame.opcode === PING) pinged();
      else if (frame.opcode === TEXT) heard(frame.payload.toString());
    }
  }
}

function firstFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1);
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < start) return null;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = start + length;
  return bytes.length < end ? null : { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(start, end), end };
}
