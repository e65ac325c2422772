import type { Id } from "@tertulia/model/ids";
import { WebSocket } from "ws";
import { z } from "zod";
import type { Guest } from "../crowd.ts";
import type { Told, View } from "../oracle/oracle.ts";

const Frame = z.object({
  id: z.union([z.number(), z.null()]),
  result: z.object({ type: z.string().optional(), id: z.string().optional(), data: z.unknown().optional() }).optional(),
  error: z.object({ data: z.object({ refusal: z.object({ code: z.string() }).optional() }) }).optional(),
});
const Batch = z.object({ data: z.array(z.object({ type: z.string(), seq: z.number().optional(), headSeq: z.number().optional(), message: z.object({ content: z.string(), seq: z.number() }).optional() })) });
const Hint = z.object({ retryAfterMs: z.number() });

/** As the real client waits: anywhere up to half a second, doubling up to half a minute. */
const backoffMs = (tried: number) => Math.random() * Math.min(30_000, 500 * 2 ** tried);

interface Followed {
  roomId: Id;
  lastEventId: string | null;
  onStarted: () => void;
}

/**
 * A client in a few hundred bytes, to make thousands of: follows rooms, resumes where it was, posts, and comes back as the real one does.
 * What it shows is what it heard, in the order it heard it.
 */
export class LeanClient implements AsyncDisposable {
  readonly who: string;
  readonly heard = new Map<Id, Told[]>();
  /** How many resets it was told, by room. */
  readonly resets = new Map<Id, number>();
  /** How it was closed, each time. */
  readonly closes: number[] = [];
  /** Told of every message as it comes. */
  onHeard: (told: Told, roomId: Id) => void = () => {};
  /** Told each time it is open, the first time included. */
  onOpen: () => void = () => {};
  readonly #url: string;
  readonly #token: string;
  readonly #comesBack: boolean;
  readonly #follows = new Map<number, Followed>();
  readonly #calls = new Map<number, { path: string; input: object; answered: PromiseWithResolvers<unknown> }>();
  #socket: WebSocket | null = null;
  #opened = Promise.withResolvers<void>();
  #tried = 0;
  #nextId = 1;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, guest, comesBack = true }: { url: string; guest: Pick<Guest, "username" | "token">; comesBack?: boolean }) {
    this.who = guest.username;
    this.#url = `${url.replace("http", "ws")}/api/trpc?connectionParams=1`;
    this.#token = guest.token;
    this.#comesBack = comesBack;
  }

  /** Its socket, for what a test does to it. */
  get socket(): WebSocket | null {
    return this.#socket;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Resolves when it is open; with `comesBack`, after as many tries as it takes. Rejects otherwise. */
  open(): Promise<void> {
    if (!this.#socket) this.#connect();
    return this.#opened.promise;
  }

  /** Resolves when the follow has begun. */
  async follow(roomId: Id): Promise<void> {
    await this.open();
    const started = Promise.withResolvers<void>();
    const id = this.#nextId++;
    this.heard.set(roomId, []);
    this.#follows.set(id, { roomId, lastEventId: null, onStarted: started.resolve });
    this.#askToFollow(id);
    return started.promise;
  }

  /** Resolves once it has been answered, over as many connections as that takes. @throws what refused it */
  call(path: string, input: object): Promise<unknown> {
    const id = this.#nextId++;
    const answered = Promise.withResolvers<unknown>();
    this.#calls.set(id, { path, input, answered });
    if (this.isOpen) this.#ask(id);
    return answered.promise;
  }

  async post(roomId: Id, content: string): Promise<void> {
    await this.call("messages.post", { roomId, clientId: crypto.randomUUID(), content });
  }

  view(roomId: Id): View {
    return { who: this.who, messages: this.heard.get(roomId) ?? [] };
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on("open", () => {
      socket.send(JSON.stringify({ method: "connectionParams", data: { token: this.#token } }));
      for (const id of this.#follows.keys()) this.#askToFollow(id);
      for (const id of this.#calls.keys()) this.#ask(id);
      this.#opened.resolve();
      this.onOpen();
    });
    socket.on("message", (data: Buffer) => this.#hear(data.toString("utf8")));
    socket.on("error", () => {});
    socket.on("close", (code, reason) => this.#lost(code, reason.toString("utf8")));
  }

  #lost(code: number, reason: string): void {
    this.closes.push(code);
    if (this.#isOver) return;
    if (!this.#comesBack) return this.#opened.reject(new Error(`closed with ${code}`));
    const hint = code === 1012 ? Hint.safeParse(parsed(reason)).data?.retryAfterMs : undefined;
    const wait = code === 4503 ? 0 : hint === undefined ? backoffMs(this.#tried++) : hint * (0.5 + Math.random());
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #askToFollow(id: number): void {
    const follow = this.#follows.get(id);
    if (!follow) return;
    const { roomId, lastEventId } = follow;
    this.#say({ id, method: "subscription", params: { path: "messages.follow", input: { roomId }, ...(lastEventId === null ? {} : { lastEventId }) } });
  }

  #ask(id: number): void {
    const call = this.#calls.get(id);
    if (call) this.#say({ id, method: "mutation", params: { path: call.path, input: call.input } });
  }

  #say(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #hear(text: string): void {
    this.#tried = 0;
    const frame = Frame.safeParse(parsed(text)).data;
    if (!frame || frame.id === null) return;
    const follow = this.#follows.get(frame.id);
    if (follow) return this.#hearFollowed(follow, frame);
    const call = this.#calls.get(frame.id);
    // What passes by itself is asked again when the connection is back, or in a moment.
    const code = frame.error?.data.refusal?.code;
    if (!call) return;
    if (code === "UNAVAILABLE" || code === "RATE_LIMITED") return void setTimeout(() => this.isOpen && frame.id !== null && this.#ask(frame.id), 100 + Math.random() * 400);
    this.#calls.delete(frame.id);
    if (frame.error) call.answered.reject(new Error(code));
    else call.answered.resolve(frame.result?.data);
  }

  #hearFollowed(follow: Followed, { id, result, error }: z.infer<typeof Frame>): void {
    // A database that is away refuses a follow, too: it's asked again.
    if (error && id !== null) return void setTimeout(() => this.isOpen && this.#askToFollow(id), 100 + Math.random() * 400);
    if (result?.type === "started") return follow.onStarted();
    const batch = Batch.safeParse(result?.data).data;
    if (!batch) return;
    follow.lastEventId = result?.id ?? follow.lastEventId;
    for (const { type, message } of batch.data) {
      if (type === "reset") this.resets.set(follow.roomId, (this.resets.get(follow.roomId) ?? 0) + 1);
      if (type !== "message.posted" || !message) continue;
      const told = { content: message.content, seq: message.seq };
      this.heard.get(follow.roomId)?.push(told);
      this.onHeard(told, follow.roomId);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
