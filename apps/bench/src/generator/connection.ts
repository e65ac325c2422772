import { connect, type Socket } from "node:net";
import { clientFrame, FrameReader, pongFrame } from "./frames.ts";
import { keptAlive } from "./keep-alive.ts";
import { findStamps } from "./stamp.ts";

/** Told of every message that a connection gets. */
export type HearStamp = (stamp: number) => void;

const REFUSAL = Buffer.from('"error":{');

/** What has come in one read is looked at before the next read, so all connections share one buffer. */
const arriving = Buffer.alloc(256 * 1024);

/**
 * One WebSocket of the load generator, as cheap as it can be: while it gets to know the server it reads frames; from `count` on it only
 * looks through the bytes for the stamps of messages. The generator must never be what limits a measurement.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #heard: string[] = [];
  #wake = () => {};
  #found: HearStamp | null = null;
  #refused: (() => void) | null = null;
  /** The beginning of a stamp that a read has cut. */
  #cut = Buffer.alloc(0);
  readonly #opening = Promise.withResolvers<void>();
  /** Resolves once the server has accepted the WebSocket; rejects if it doesn't. */
  readonly opened = this.#opening.promise;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  isOpen = true;
  #isUpgraded = false;

  constructor(port: number, path: string, headers: Record<string, string> = {}) {
    const onread = {
      buffer: arriving,
      callback: (length: number) => {
        this.#take(arriving.subarray(0, length));
        return true;
      },
    };
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true, onread });
    this.#socket.on("error", () => {});
    this.closed = new Promise((resolve) =>
      this.#socket.on("close", () => {
        this.isOpen = false;
        keptAlive.remove(this);
        this.#opening.reject(new Error("The server closed a connection before it was open."));
        this.#wake();
        resolve();
      }),
    );
    this.opened.catch(() => {});
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${more}\r\n`);
  }

  say(text: string): void {
    this.#socket.write(clientFrame(text));
  }

  /** The next text that fits; those before it are forgotten. @throws if the connection ends instead */
  async hear(fits: (text: string) => boolean): Promise<string> {
    for (;;) {
      for (let text = this.#heard.shift(); text !== undefined; text = this.#heard.shift()) if (fits(text)) return text;
      if (!this.isOpen) throw new Error(`The server closed a connection that waited for an answer; the last it said was ${this.#reader.rest.toString()}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** From now on only stamps are looked for; and refusals, on a connection that posts. */
  count(found: HearStamp, refused: (() => void) | null = null): void {
    for (const text of this.#heard.splice(0)) findStamps(Buffer.from(text), found);
    this.#found = found;
    this.#refused = refused;
    this.#look(this.#reader.rest);
  }

  keepAlive(): void {
    if (this.isOpen) this.#socket.write(pongFrame());
  }

  /** Ends without a goodbye, so that thousands leave no ports behind that wait. */
  end(): void {
    this.isOpen = false;
    this.#socket.resetAndDestroy();
  }

  #take(bytes: Buffer): void {
    if (this.#found) this.#look(bytes);
    else this.#read(bytes);
  }

  #look(bytes: Buffer): void {
    if (!this.#found) return;
    const whole = this.#cut.length === 0 ? bytes : Buffer.concat([this.#cut, bytes]);
    const left = findStamps(whole, this.#found);
    if (this.#refused) for (let at = whole.indexOf(REFUSAL); at >= 0; at = whole.indexOf(REFUSAL, at + 1)) this.#refused();
    // The buffer is everyone's: what must last until the next read is copied.
    if (left > 0) this.#cut = Buffer.from(whole.subarray(whole.length - left));
    else if (this.#cut.length > 0) this.#cut = Buffer.alloc(0);
  }

  #read(bytes: Buffer): void {
    this.#reader.read(this.#isUpgraded ? bytes : this.#afterHeaders(bytes), (text) => this.#heard.push(text), () => this.keepAlive());
    this.#wake();
  }

  /** The answer to the upgrade is small and comes in one piece. */
  #afterHeaders(bytes: Buffer): Buffer {
    const end = bytes.indexOf("\r\n\r\n");
    if (!bytes.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101")) || end < 0) throw new Error(`No WebSocket: ${bytes.toString()}`);
    this.#isUpgraded = true;
    keptAlive.add(this);
    this.#opening.resolve();
    return bytes.subarray(end + 4);
  }
}
