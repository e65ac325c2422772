import { once } from "node:events";
import { Agent, type IncomingMessage, request as ask } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { closeCodes } from "@tertulia/model/close-codes";
import { WebSocket } from "ws";
import { z } from "zod";
import type { Guest } from "../../crowd.ts";
import { isForeseen, type StrangeCall, type StrangeFrame, type StrangeRequest } from "./strange-calls.ts";

/** So many frames go over one socket, and an ordinary question after every few says whether the server still listens. */
const FRAMES_PER_SOCKET = 100;
const ASKS_EVERY_FRAMES = 10;
const ANSWERED_WITHIN_MS = 20_000;

/** How a server may end a socket: bad framing, what it doesn't take, or too much of it. */
const closesInOrder: number[] = [1000, 1002, 1005, 1006, 1007, 1008, 1009, ...Object.values(closeCodes)];

/** Says and asks what nobody should, one after the other, and notes every answer that a server in order doesn't give. */
export class Attacker implements AsyncDisposable {
  /** What came that should not have, and after what. */
  readonly surprises: { asked: unknown; came: unknown }[] = [];
  /** Which answers came: the codes of refusals, and the statuses of what was done. */
  readonly answers = new Set<string>();
  readonly #url: URL;
  readonly #guests: Guest[];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #sockets = new Map<StrangeFrame["door"], StrangeSocket>();
  #turn = 0;

  /** It is each of these in turn, as long as they are signed in. */
  constructor(url: string, guests: readonly Guest[]) {
    this.#url = new URL(url);
    this.#guests = [...guests];
  }

  /** Does one after the other, for as long as there are any left. */
  async doesAll(calls: Iterable<StrangeCall>): Promise<void> {
    for (const call of calls) await ("payload" in call ? this.#says(call) : this.#asks(call));
  }

  /** Sockets and all, each once more asked something ordinary. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.values()) await socket.end();
    this.#agent.destroy();
  }

  async #says(frame: StrangeFrame): Promise<void> {
    const socket = this.#sockets.get(frame.door);
    if (socket?.isOpen) return socket.say(frame);
    await socket?.end();
    const opened = await StrangeSocket.open(this.#url, frame.door, this.#next(), this);
    this.#sockets.set(frame.door, opened);
    await opened.say(frame);
  }

  async #asks({ method, path, headers, body }: StrangeRequest): Promise<void> {
    const guest = this.#next();
    const payload = Buffer.from(body);
    const hasBody = method !== "GET" && method !== "HEAD";
    const sent = { ...headers, authorization: `Bearer ${guest.token}`, ...(hasBody && { "content-length": payload.length }) };
    const asked = ask({ agent: this.#agent, host: this.#url.hostname, port: this.#url.port, method, path, headers: sent });
    const answered = Promise.withResolvers<IncomingMessage>();
    asked.once("response", answered.resolve).once("error", answered.reject).setTimeout(ANSWERED_WITHIN_MS, () => asked.destroy(new Error("no answer")));
    asked.end(hasBody ? payload : undefined);
    try {
      const response = await answered.promise;
      const { statusCode: status = 0 } = response;
      if (status === 401) this.isSignedOut(guest);
      // A follow goes on until it is left.
      if (response.headers["content-type"]?.startsWith("text/event-stream")) return void response.destroy();
      const said = await text(response);
      if (method !== "HEAD") this.#judge({ method, path, body }, status, said);
    } catch (error) {
      this.surprises.push({ asked: { method, path, body }, came: error });
    }
  }

  #judge(asked: object, status: number, said: string): void {
    const codes = codesIn(parsed(said));
    this.note(codes.length > 0 ? codes : [String(status)]);
    // What isn't a door's is told by its status alone: what is no HTTP, and what has no address here.
    const isTold = status < 400 || codes.length > 0 || said === "" || said === "Not found\n";
    if ((status >= 500 && status !== 503) || !isTold || !codes.every(isForeseen)) this.surprises.push({ asked, came: { status, said } });
  }

  note(answers: readonly string[]): void {
    for (const answer of answers) this.answers.add(answer);
  }

  /** One of the strange things that are asked is to be signed out. */
  isSignedOut(guest: Guest): void {
    const at = this.#guests.indexOf(guest);
    if (at >= 0 && this.#guests.length > 1) this.#guests.splice(at, 1);
  }

  #next(): Guest {
    const guest = this.#guests[this.#turn++ % this.#guests.length];
    if (!guest) throw new Error("There is nobody to be.");
    return guest;
  }
}

/** A WebSocket that is said strange things. */
class StrangeSocket {
  readonly #socket: WebSocket;
  readonly #door: StrangeFrame["door"];
  readonly #attacker: Attacker;
  readonly #said: StrangeFrame[] = [];
  readonly #ended: Promise<unknown>;
  #answered = Promise.withResolvers<void>();
  #questions = 0;

  private constructor(socket: WebSocket, door: StrangeFrame["door"], guest: Guest, attacker: Attacker) {
    this.#socket = socket;
    this.#door = door;
    this.#attacker = attacker;
    this.#ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.on("message", (data: Buffer) => this.#hear(data.toString("utf8")));
    socket.on("close", (code) => {
      if (code === closeCodes.sessionOver) attacker.isSignedOut(guest);
      if (!closesInOrder.includes(code)) this.#surprise(`closed with ${code}`);
      this.#answered.resolve();
    });
  }

  static async open(url: URL, door: StrangeFrame["door"], guest: Guest, attacker: Attacker): Promise<StrangeSocket> {
    const path = door === "tRPC" ? "/api/trpc?connectionParams=1" : "/ws";
    const socket = new WebSocket(`ws://${url.host}${path}`, door === "tRPC" ? {} : { headers: { authorization: `Bearer ${guest.token}` } });
    const strange = new StrangeSocket(socket, door, guest, attacker);
    socket.once("unexpected-response", (_request, { statusCode }) => {
      if (statusCode === 401) attacker.isSignedOut(guest);
      socket.terminate();
    });
    await Promise.race([once(socket, "open").catch(() => {}), strange.#ended]);
    if (door === "tRPC" && strange.isOpen) socket.send(JSON.stringify({ method: "connectionParams", data: { token: guest.token } }));
    return strange;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async say(frame: StrangeFrame): Promise<void> {
    this.#said.push(frame);
    this.#send(frame);
    if (this.#said.length % ASKS_EVERY_FRAMES === 0) await this.#askWhetherItListens();
    if (this.#said.length >= FRAMES_PER_SOCKET) await this.end();
  }

  async end(): Promise<void> {
    if (this.isOpen) await this.#askWhetherItListens();
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.terminate();
    await this.#ended;
  }

  #send({ as, payload }: StrangeFrame): void {
    const bytes = Buffer.from(payload);
    switch (as) {
      case "text":
        return this.#socket.send(bytes.toString("utf8"));
      case "binary":
        return this.#socket.send(bytes, { binary: true });
      case "bytes that say they are text":
        return this.#socket.send(bytes, { binary: false });
      case "fragments":
        for (let at = 0; at < bytes.length; at += 64) this.#socket.send(bytes.subarray(at, at + 64), { binary: false, fin: at + 64 >= bytes.length });
        return;
      case "beyond the framing":
        // Straight to the line beneath: reserved bits, frames that aren't masked, lengths that aren't true.
        return void Reflect.get(this.#socket, "_socket")?.write(bytes);
    }
  }

  /** Something ordinary, which is answered, unless the socket is ended. */
  async #askWhetherItListens(): Promise<void> {
    this.#answered = Promise.withResolvers();
    if (!this.isOpen) return;
    const id = `still there ${++this.#questions}`;
    const question = this.#door === "tRPC" ? { id, method: "query", params: { path: "system.ping" } } : { type: "ping", id, timestamp: new Date().toISOString(), data: {} };
    this.#socket.send(JSON.stringify(question));
    const late = setTimeout(() => {
      this.#surprise("no answer to something ordinary");
      this.#socket.terminate();
    }, ANSWERED_WITHIN_MS);
    await this.#answered.promise;
    clearTimeout(late);
  }

  #hear(text: string): void {
    if (text === "PING" || text === "PONG") return;
    const frame: unknown = JSON.parse(text);
    const codes = codesIn(frame);
    this.#attacker.note(codes);
    if (!codes.every(isForeseen)) this.#surprise(text);
    if (text.includes(`"still there ${this.#questions}"`)) this.#answered.resolve();
  }

  #surprise(came: string): void {
    this.#attacker.surprises.push({ asked: this.#said.slice(-ASKS_EVERY_FRAMES), came });
  }
}

/** Bytes on a line of their own that was meant for HTTP. Resolves when the server has ended it. */
export async function sayToTheLine(url: string, bytes: Buffer): Promise<void> {
  const { hostname, port } = new URL(url);
  const line = connect(Number(port), hostname);
  line.on("error", () => {}).resume();
  line.end(bytes);
  await once(line, "close");
}

const Refused = z.object({ code: z.string() });
const Told = z.union([
  z.object({ error: z.object({ data: z.object({ refusal: Refused }) }) }).transform(({ error }) => error.data.refusal.code),
  z.object({ success: z.literal(false), code: z.string() }).transform(({ code }) => code),
  z.object({ type: z.literal("error"), data: Refused }).transform(({ data }) => data.code),
]);

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return null;
  }
}

/** The codes of the refusals in an answer; "no refusal" stands for an error that has none. */
function codesIn(answer: unknown): string[] {
  if (Array.isArray(answer)) return answer.flatMap(codesIn);
  const { data: code } = Told.safeParse(answer);
  if (code !== undefined) return [code];
  return typeof answer === "object" && answer !== null && ("error" in answer || Reflect.get(answer, "success") === false) ? ["no refusal"] : [];
}
