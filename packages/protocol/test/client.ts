import { once } from "node:events";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Person } from "@tertulia/testing/cast";
import { type ClientOptions as WsOptions, WebSocket } from "ws";
import type { ServerFrame, ServerFrameOf, ServerFrameType } from "../src/frames.ts";

export interface ClientOptions {
  headers?: Record<string, string>;
  protocols?: string[];
  /** What it offers of permessage-deflate; by default what most clients do. */
  perMessageDeflate?: NonNullable<WsOptions["perMessageDeflate"]>;
  /** What its frames are stamped by. */
  clock?: Pick<Clock, "now">;
}

/** A client of the protocol as a stranger would write it, from SPEC.md alone. */
export class Client implements AsyncDisposable {
  readonly ws: WebSocket;
  readonly heard: ServerFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #clock: Pick<Clock, "now">;
  readonly #over = new AbortController();
  #waiting: (() => void)[] = [];

  private constructor(ws: WebSocket, clock: Pick<Clock, "now">) {
    this.ws = ws;
    this.#clock = clock;
    ws.on("message", (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString("utf8")));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    ws.on("error", () => {});
    this.closed = once(ws, "close").then(([code, reason]) => {
      this.#over.abort();
      return { code: Number(code), reason: String(reason) };
    });
  }

  /** @throws what the upgrade was refused with, as `Error("401 {…}")` */
  static async open(url: string, { headers = {}, protocols = [], perMessageDeflate = true, clock = Date }: ClientOptions = {}): Promise<Client> {
    const ws = new WebSocket(`${url.replace("http", "ws")}/ws`, protocols, { headers, perMessageDeflate });
    const client = new Client(ws, clock);
    await new Promise<void>((resolve, reject) => {
      ws.once("open", resolve);
      ws.once("unexpected-response", (_request, response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => reject(new Error(`${response.statusCode} ${body}`)));
      });
      ws.once("error", reject);
    });
    return client;
  }

  /** Opens, and answers once its person's rooms are heard. */
  static async of({ token }: Pick<Person, "token">, url: string, options: ClientOptions = {}): Promise<Client> {
    const client = await Client.open(url, { ...options, headers: { authorization: `Bearer ${token}` } });
    await client.reached();
    return client;
  }

  /** Says a frame; answers its id. */
  say(type: string, data: unknown = {}, { id = crypto.randomUUID(), timestamp = new Date(this.#clock.now()).toISOString() }: { id?: string; timestamp?: string } = {}): string {
    this.ws.send(JSON.stringify({ type, id, timestamp, data }));
    return id;
  }

  /** What answers a frame: its success, or the error that names it. */
  async asks(type: string, data: unknown = {}, envelope: { id?: string; timestamp?: string } = {}): Promise<ServerFrame> {
    const already = this.heard.length;
    const id = this.say(type, data, envelope);
    return this.until((frames) => frames.slice(already).find((frame) => answers.has(frame.type) && (frame.id === id || frame.id === `pong_${id}` || isErrorOf(frame, id))));
  }

  /** Says exactly this, however wrong. */
  blurt(text: string | Buffer): void {
    this.ws.send(text);
  }

  /** The server has read all that was said so far, and its pings were answered. */
  async beats(): Promise<void> {
    const { signal } = this.#over;
    for (let beat = 0; beat < 2 && !signal.aborted; beat++) {
      this.ws.ping();
      await once(this.ws, "pong", { signal }).catch(() => {});
    }
  }

  /** Everything that was said before has been done. */
  async reached(): Promise<void> {
    await this.asks("ping");
  }

  posts(roomId: string, content: string, more: Record<string, unknown> = {}): Promise<ServerFrame> {
    return this.asks("message", { room_id: roomId, content, message_type: "text", ...more });
  }

  frames<Type extends ServerFrameType>(type: Type): ServerFrameOf<Type>[] {
    return this.heard.filter((frame): frame is ServerFrameOf<Type> => frame.type === type);
  }

  /** The first frame of a type that fits, heard already or later. */
  hears<Type extends ServerFrameType>(type: Type, fits: (frame: ServerFrameOf<Type>) => boolean = () => true): Promise<ServerFrameOf<Type>> {
    return this.until(() => this.frames(type).find(fits));
  }

  async until<Found>(look: (heard: ServerFrame[]) => Found): Promise<NonNullable<Found>> {
    for (;;) {
      const found = look(this.heard);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async close(): Promise<void> {
    this.ws.terminate();
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const answers: ReadonlySet<string> = new Set<ServerFrameType>(["pong", "join_success", "leave_success", "message_received", "presence", "resumed", "error"]);
const isErrorOf = (frame: ServerFrame, id: string) => frame.type === "error" && frame.data.request_id === id;
