import { once } from "node:events";
import { WebSocket } from "ws";

export interface RawSocketOptions {
  token?: string;
  headers?: Record<string, string>;
  /** Follows `/api/trpc`; by default what a stock client with a token asks for. */
  query?: string;
}

/** A WebSocket that says exactly what a test wants, however wrong. */
export class RawSocket implements AsyncDisposable {
  readonly ws: WebSocket;
  readonly heard: unknown[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #waiting: (() => void)[] = [];

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data: Buffer) => {
      const text = data.toString("utf8");
      this.heard.push(text === "PING" || text === "PONG" ? text : JSON.parse(text));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    ws.on("error", () => {});
    this.closed = once(ws, "close").then(([code, reason]) => ({ code: Number(code), reason: String(reason) }));
  }

  /** Opens and, with a token, names itself. @throws the HTTP status, as `Error("403")`, if there was no upgrade. */
  static async open(url: string, { token, headers = {}, query = "?connectionParams=1" }: RawSocketOptions = {}): Promise<RawSocket> {
    const ws = new WebSocket(`${url.replace("http", "ws")}/api/trpc${query}`, { headers });
    const socket = new RawSocket(ws);
    await new Promise<void>((resolve, reject) => {
      ws.once("open", resolve);
      ws.once("unexpected-response", (_request, response) => reject(new Error(String(response.statusCode))));
      ws.once("error", reject);
    });
    if (token !== undefined) socket.say({ method: "connectionParams", data: { token } });
    return socket;
  }

  say(frame: unknown): void {
    this.ws.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  call(id: number, path: string, input: unknown, method = "query"): void {
    this.say({ id, method, params: { path, input } });
  }

  /** The first frame that fits, heard already or later. */
  async hear(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      for (const frame of this.heard) if (isFrame(frame) && fits(frame)) return frame;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  answer(id: number): Promise<Frame> {
    return this.hear((frame) => frame.id === id);
  }

  /** Resolves when the server has read all that was said so far, and its pings were answered. */
  async reached(): Promise<void> {
    this.ws.ping();
    await Promise.race([once(this.ws, "pong"), this.closed]);
    this.ws.ping();
    await Promise.race([once(this.ws, "pong"), this.closed]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ws.terminate();
    await this.closed;
  }
}

export interface Frame {
  id: unknown;
  result?: { type: string; id?: string; data?: unknown };
  error?: { code: number; data: { code: string; refusal: { code: string; details: object } } };
}

const isFrame = (value: unknown): value is Frame => typeof value === "object" && value !== null && "id" in value;
