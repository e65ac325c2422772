import type { FollowedEvent } from "@tertulia/model/events";
import { closeCodes } from "@tertulia/model/close-codes";
import { Id, Seq } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import type { Message } from "@tertulia/model/messages";
import { refusalCodes } from "@tertulia/model/refusals";
import type { AppRouter } from "@tertulia/trpc/app-router";
import { createTRPCClient, createWSClient, getUntypedClient, httpLink, type TRPCClient, TRPCClientError, wsLink } from "@trpc/client";
import { z } from "zod";
import { type Door, type Place, type Posted, type PostOptions, ToldRefusal, type Visit } from "./door.ts";
import type { Ear, Fact, Said } from "./facts.ts";

/** The tRPC router, asked by a stock client: each call is a request of its own, or all go by one WebSocket. */
export const trpcDoor = (callsGo: "over HTTP" | "over the socket"): Door => ({
  name: `tRPC ${callsGo}`,
  cannotDo: [],
  cannotHear: [],
  async enter(url, who) {
    const token = who?.token;
    const shownOut = Promise.withResolvers<never>();
    shownOut.promise.catch(() => {});
    const socket = createWSClient({
      url: `${url.replace("http", "ws")}/api/trpc`,
      connectionParams: () => (token === undefined ? null : { token }),
      lazy: { enabled: true, closeMs: 10_000 },
      onClose: (why) => {
        if (why?.code === closeCodes.sessionOver) shownOut.reject(new ToldRefusal("UNAUTHENTICATED", {}, ""));
      },
    });
    const overSocket = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] });
    const overHttp = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/api/trpc`, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })] });
    const close = () => socket.close();
    if (callsGo === "over HTTP") return new TrpcVisit({ calls: overHttp, follows: overSocket, isStranger: !who, shownOut: shownOut.promise, close });
    // A socket is for people who name themselves: anyone else is shown out, whatever they ask.
    if (!who) await Promise.race([overSocket.system.ping.query().catch(() => shownOut.promise), shownOut.promise]).finally(() => void close());
    return new TrpcVisit({ calls: overSocket, follows: overSocket, isStranger: false, shownOut: shownOut.promise, close });
  },
});

type Client = TRPCClient<AppRouter>;

interface Connected {
  calls: Client;
  follows: Client;
  isStranger: boolean;
  /** Rejects when the server ends the socket of someone who isn't signed in. */
  shownOut: Promise<never>;
  close(): Promise<void>;
}

class TrpcVisit implements Visit {
  readonly #connected: Connected;
  readonly #calls: Client;

  constructor(connected: Connected) {
    this.#connected = connected;
    this.#calls = connected.calls;
  }

  async post(roomId: Id, content: string, { clientId = crypto.randomUUID(), type, replyToId, metadata }: PostOptions = {}): Promise<Posted> {
    // Untyped: a test may post what no typed client lets one post.
    const client = getUntypedClient(this.#calls);
    return PostedMessage.parse(await told(client.mutation("messages.post", { roomId, clientId, content, type, replyToId, metadata })));
  }

  async edit(messageId: Id, content: string): Promise<void> {
    await told(this.#calls.messages.edit.mutate({ messageId, content }));
  }

  async deleteMessage(messageId: Id): Promise<void> {
    await told(this.#calls.messages.delete.mutate({ messageId }));
  }

  async react(messageId: Id, emoji: string): Promise<void> {
    await told(this.#calls.reactions.add.mutate({ messageId, emoji }));
  }

  async takeReactionBack(messageId: Id, emoji: string): Promise<void> {
    await told(this.#calls.reactions.remove.mutate({ messageId, emoji }));
  }

  async startTyping(roomId: Id): Promise<void> {
    await told(this.#calls.typing.start.mutate({ roomId }));
  }

  async stopTyping(roomId: Id): Promise<void> {
    await told(this.#calls.typing.stop.mutate({ roomId }));
  }

  async read({ roomId, seq }: Place): Promise<void> {
    await told(this.#calls.reads.mark.mutate({ roomId, seq }));
  }

  async join(roomId: Id, password?: string): Promise<number> {
    const { room } = await told(this.#calls.rooms.join.mutate({ roomId, ...(password !== undefined && { password }) }));
    return room.memberCount;
  }

  async leave(roomId: Id): Promise<void> {
    await told(this.#calls.rooms.leave.mutate({ roomId }));
  }

  async addMember(roomId: Id, userId: Id): Promise<void> {
    await told(this.#calls.members.add.mutate({ roomId, userId }));
  }

  async removeMember(roomId: Id, userId: Id): Promise<void> {
    await told(this.#calls.members.remove.mutate({ roomId, userId }));
  }

  async setRole(roomId: Id, userId: Id, role: RoomRole): Promise<void> {
    await told(this.#calls.members.setRole.mutate({ roomId, userId, role }));
  }

  async renameRoom(roomId: Id, title: string): Promise<void> {
    await told(this.#calls.rooms.update.mutate({ roomId, title }));
  }

  async archiveRoom(roomId: Id): Promise<void> {
    await told(this.#calls.rooms.archive.mutate({ roomId }));
  }

  async unarchiveRoom(roomId: Id): Promise<void> {
    await told(this.#calls.rooms.unarchive.mutate({ roomId }));
  }

  async deleteRoom(roomId: Id): Promise<void> {
    await told(this.#calls.rooms.delete.mutate({ roomId }));
  }

  async stopAnswer(_roomId: Id, runId: Id): Promise<void> {
    await told(this.#calls.assistants.stop.mutate({ runId }));
  }

  async seeRoom(roomId: Id): Promise<void> {
    await told(this.#calls.rooms.get.query({ roomId }));
  }

  async seeMembers(roomId: Id): Promise<Id[]> {
    const { items } = await told(this.#calls.members.list.query({ roomId }));
    return items.map(({ user }) => user.id);
  }

  async seeMessages(roomId: Id): Promise<Said[]> {
    const { items } = await told(this.#calls.messages.list.query({ roomId }));
    return items.map(saidIn);
  }

  listen(roomId: Id): Promise<Ear> {
    return this.#follow({ roomId });
  }

  resume(roomId: Id, after: Seq): Promise<Ear> {
    return this.#follow({ roomId, lastEventId: String(after) });
  }

  async #follow({ roomId, ...place }: { roomId: Id; lastEventId?: string }): Promise<Ear> {
    const ear = new TrpcEar();
    const { follows: { messages, typing, reads }, isStranger, shownOut } = this.#connected;
    const follows = [
      follow((on) => messages.follow.subscribe({ roomId, ...place }, { onError: on.onError, onData: ({ data }) => on.onData(() => ear.hearEvents(data)) })),
      follow((on) => typing.follow.subscribe({ roomId }, { onError: on.onError, onData: (data) => on.onData(() => ear.hearTyping(data)) })),
      // Who has read how far is told in full first.
      follow((on) => reads.follow.subscribe({ roomId }, { onError: on.onError, onData: (data) => on.onData((isFirst) => isFirst || ear.hearReads(data)) })),
    ];
    const begun = Promise.all(follows.map((each) => each.begun));
    // A stranger's socket may end just as something is asked of it: that fails in words of the client's own.
    await told(Promise.race([isStranger ? begun.catch(() => shownOut) : begun, shownOut]));
    ear.onEnd = () => follows.forEach(({ end }) => end());
    return ear;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connected.close();
  }
}

class TrpcEar implements Ear {
  onEnd = () => {};
  readonly #facts: Fact[] = [];
  readonly #messageAt = new Map<Seq, Id>();

  facts(): readonly Fact[] {
    return this.#facts;
  }

  hearEvents(events: readonly FollowedEvent[]): void {
    for (const event of events) {
      if (event.type === "message.posted") this.#messageAt.set(event.message.seq, event.message.id);
      const fact = factIn(event);
      if (fact) this.#facts.push(fact);
    }
  }

  hearTyping(typists: readonly { userId: Id; typing: boolean }[]): void {
    for (const { userId, typing } of typists) this.#facts.push({ kind: "typing", userId, typing });
  }

  hearReads(positions: readonly { userId: Id; seq: Seq }[]): void {
    for (const { userId, seq } of positions) {
      const messageId = this.#messageAt.get(seq);
      if (messageId !== undefined) this.#facts.push({ kind: "read", userId, messageId });
    }
  }

  [Symbol.dispose](): void {
    this.onEnd();
  }
}

function factIn(event: FollowedEvent): Fact | null {
  switch (event.type) {
    case "message.posted":
      return { kind: "posted", message: saidIn(event.message) };
    case "message.edited":
      return { kind: "edited", message: saidIn(event.message) };
    case "message.deleted":
      return { kind: "deleted", messageId: event.messageId };
    case "reaction.added":
    case "reaction.removed": {
      const { messageId, emoji, userId } = event;
      return { kind: event.type === "reaction.added" ? "reacted" : "reaction taken back", messageId, emoji, userId };
    }
    case "member.joined":
    case "member.left":
      return { kind: event.type === "member.joined" ? "joined" : "left", userId: event.user.id, memberCount: event.memberCount };
    case "room.updated":
      return { kind: "renamed", title: event.room.title };
    case "run.started":
      return { kind: "answer began", messageId: event.messageId, runId: event.runId, assistantId: event.assistantId };
    case "run.completed":
    case "run.stopped":
      return { kind: event.type === "run.completed" ? "answered" : "answer stopped", messageId: event.message.id, content: event.message.content };
    default:
      return null;
  }
}

function saidIn({ id, roomId, seq, clientId, author, type, content, metadata, replyTo, editedAt, createdAt }: Message): Said {
  return { id, roomId, seq, clientId, authorId: author.id, type, content, metadata, replyToId: replyTo?.id ?? null, isEdited: editedAt !== null, createdAt: Date.parse(createdAt) };
}

const PostedMessage = z.object({ id: Id, seq: Seq });

const Shape = z.object({ data: z.object({ refusal: z.object({ code: z.enum(refusalCodes), details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) }) }) });

async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const { data: shape } = Shape.safeParse(error.shape);
    if (!shape) throw error;
    const { code, details } = shape.data.refusal;
    throw new ToldRefusal(code, details, JSON.stringify(error.shape));
  }
}

interface Listener {
  onData(hear: (isFirst: boolean) => unknown): void;
  onError(error: unknown): void;
}

/** A follow, which has begun with the first that it brings. */
function follow(subscribe: (on: Listener) => { unsubscribe(): void }) {
  const { promise: begun, resolve, reject } = Promise.withResolvers<void>();
  let isFirst = true;
  const onData = (hear: (isFirst: boolean) => unknown) => {
    hear(isFirst);
    isFirst = false;
    resolve();
  };
  const { unsubscribe: end } = subscribe({ onData, onError: reject });
  return { begun, end };
}
