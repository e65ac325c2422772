import { once } from "node:events";
import { Id, Seq } from "@tertulia/model/ids";
import { refusalCodes, type RefusalDetails } from "@tertulia/model/refusals";
import { WebSocket } from "ws";
import { z } from "zod";
import { type Door, type Place, type Posted, type PostOptions, ToldRefusal, type Visit } from "./door.ts";
import type { Ear, Fact, Said } from "./facts.ts";

/** The WebSocket protocol 1.0.0: JSON frames, as any program in any language speaks them. */
export const protocolDoor: Door = {
  name: "the protocol",
  // It has no frames for these: who talks over it administers and amends over REST, and hears of it here.
  cannotDo: [
    "edit", "deleteMessage", "react", "takeReactionBack", "addMember", "removeMember", "setRole",
    "renameRoom", "archiveRoom", "unarchiveRoom", "deleteRoom", "seeRoom", "seeMembers", "seeMessages",
  ],
  cannotHear: [],
  enter: (url, who) => ProtocolVisit.open(url, who?.token),
};

const noFrame = (): Promise<never> => Promise.reject(new Error("The protocol has no frame for this."));

class ProtocolVisit implements Visit {
  readonly #socket: WebSocket;
  readonly #awaited = new Map<string, PromiseWithResolvers<unknown>>();
  readonly #ears = new Set<ProtocolEar>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#take(data.toString("utf8")));
    socket.on("error", () => {});
    socket.on("close", (code) => {
      for (const { reject } of this.#awaited.values()) reject(new Error(`The socket was closed with ${code}.`));
    });
  }

  static async open(url: string, token: string | undefined): Promise<Visit> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    const visit = new ProtocolVisit(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
      socket.once("unexpected-response", (_request, { statusCode, headers }) => {
        const wire = JSON.stringify([statusCode, headers]);
        reject(statusCode === 401 ? new ToldRefusal("UNAUTHENTICATED", {}, wire) : new Error(`The upgrade was answered ${wire}.`));
        socket.terminate();
      });
    });
    return visit;
  }

  async post(roomId: Id, content: string, { clientId = crypto.randomUUID(), type = "text", replyToId, metadata }: PostOptions = {}): Promise<Posted> {
    const asked = { room_id: roomId, content, message_type: type, reply_to_message_id: replyToId, metadata };
    const { message_id, seq } = MessageReceived.parse(await this.#ask("message", asked, clientId));
    return { id: message_id, seq };
  }

  edit = noFrame;
  deleteMessage = noFrame;
  react = noFrame;
  takeReactionBack = noFrame;
  addMember = noFrame;
  removeMember = noFrame;
  setRole = noFrame;
  renameRoom = noFrame;
  archiveRoom = noFrame;
  unarchiveRoom = noFrame;
  deleteRoom = noFrame;
  seeRoom = noFrame;
  seeMembers = noFrame;
  seeMessages = noFrame;

  startTyping(roomId: Id): Promise<void> {
    return this.#tell("typing_start", { room_id: roomId });
  }

  stopTyping(roomId: Id): Promise<void> {
    return this.#tell("typing_stop", { room_id: roomId });
  }

  read({ roomId, id }: Place): Promise<void> {
    return this.#tell("read_receipt", { room_id: roomId, message_id: id, read_at: new Date().toISOString() });
  }

  async join(roomId: Id, password?: string): Promise<number> {
    return JoinSuccess.parse(await this.#ask("join_room", { room_id: roomId, password })).member_count;
  }

  async leave(roomId: Id): Promise<void> {
    await this.#ask("leave_room", { room_id: roomId });
  }

  stopAnswer(roomId: Id, runId: Id): Promise<void> {
    return this.#tell("assistant_stop", { room_id: roomId, run_id: runId });
  }

  async listen(roomId: Id): Promise<Ear> {
    const ear = new ProtocolEar(roomId, () => this.#ears.delete(ear));
    this.#ears.add(ear);
    // Every room of one's own is heard anyway (A4): once a frame is answered, for certain.
    await this.#ask("ping", {});
    return ear;
  }

  async resume(roomId: Id, after: Seq): Promise<Ear> {
    const ear = new ProtocolEar(roomId, () => this.#ears.delete(ear));
    this.#ears.add(ear);
    await this.#ask("resume", { rooms: { [roomId]: after } });
    return ear;
  }

  /** Resolves with the data of the frame that answers this one. */
  async #ask(type: string, data: object, id: string = crypto.randomUUID()): Promise<unknown> {
    const answered = Promise.withResolvers<unknown>();
    this.#awaited.set(id, answered);
    try {
      this.#say(type, data, id);
      return await answered.promise;
    } finally {
      this.#awaited.delete(id);
    }
  }

  /** For what isn't answered: requests are answered in their order (E6), so with no error before the pong, it's done. */
  async #tell(type: string, data: object): Promise<void> {
    const id = crypto.randomUUID();
    const refused = Promise.withResolvers<unknown>();
    this.#awaited.set(id, refused);
    this.#say(type, data, id);
    try {
      await Promise.race([refused.promise, this.#ask("ping", {})]);
    } finally {
      this.#awaited.delete(id);
    }
  }

  #say(type: string, data: object, id: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Error("The socket is closed.");
    this.#socket.send(JSON.stringify({ type, id, timestamp: new Date().toISOString(), data }));
  }

  #take(text: string): void {
    const { type, id, data } = Frame.parse(JSON.parse(text));
    if (type === "error") return this.#refuse(data, text);
    const asked = type === "pong" ? Pong.parse(data).ping_id : id;
    if (answers.has(type)) return this.#awaited.get(asked)?.resolve(data);
    for (const ear of this.#ears) ear.hear(type, data);
  }

  #refuse(data: unknown, text: string): void {
    const { code, details, request_id } = RefusedWith.parse(data);
    // One whose id could be none is answered in its turn, too.
    const [oldest] = this.#awaited.keys();
    this.#awaited.get(request_id ?? oldest ?? "")?.reject(new ToldRefusal(code, inCoresWords(details), text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, "close");
    this.#socket.terminate();
    await closed;
  }
}

/** Hears one room out of all that a socket hears. */
class ProtocolEar implements Ear {
  readonly #roomId: Id;
  readonly #onEnd: () => void;
  readonly #facts: Fact[] = [];

  constructor(roomId: Id, onEnd: () => void) {
    this.#roomId = roomId;
    this.#onEnd = onEnd;
  }

  facts(): readonly Fact[] {
    return this.#facts;
  }

  hear(type: string, data: unknown): void {
    const fact = factIn(type, data);
    if (fact && fact.roomId === this.#roomId) this.#facts.push(fact.fact);
  }

  [Symbol.dispose](): void {
    this.#onEnd();
  }
}

const answers = new Set(["pong", "message_received", "join_success", "leave_success", "resumed"]);

const Frame = z.object({ type: z.string(), id: z.string(), timestamp: z.iso.datetime(), data: z.unknown() });
const Pong = z.object({ server_time: z.iso.datetime(), ping_id: z.string() });
const MessageReceived = z.object({ message_id: Id, timestamp: z.iso.datetime(), seq: Seq });
const JoinSuccess = z.object({ room_id: Id, room_name: z.string(), member_count: z.int(), head_seq: Seq });
const Details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const RefusedWith = z.object({ code: z.enum(refusalCodes), message: z.string(), details: Details.default({}), request_id: z.string().nullable() });

const Sender = z.object({ id: Id, username: z.string(), avatar_url: z.string().nullable() });
const Message = z
  .object({
    id: Id, room_id: Id, user_id: Id, username: z.string(), avatar_url: z.string().nullable(), content: z.string(), message_type: z.string(), reply_to_message_id: Id.nullable(),
    reply_to_username: z.string().nullable(), is_edited: z.boolean(), created_at: z.iso.datetime(), updated_at: z.iso.datetime(), metadata: z.record(z.string(), z.unknown()),
    attachments: z.array(z.unknown()), seq: Seq, client_id: z.string().nullable(),
  })
  .transform(
    (told): Said => ({
      id: told.id, roomId: told.room_id, seq: told.seq, clientId: told.client_id, authorId: told.user_id, type: told.message_type, content: told.content, metadata: told.metadata,
      replyToId: told.reply_to_message_id, isEdited: told.is_edited, createdAt: Date.parse(told.created_at),
    }),
  );

const ofMessage = z.object({ message: Message });
const ofReaction = z.object({ room_id: Id, message_id: Id, emoji: z.string(), user: Sender, seq: Seq });
const ofMember = z.object({ room_id: Id, user: Sender, member_count: z.int() });

interface Told {
  roomId: Id;
  fact: Fact;
}

/** What a frame tells of a room; null if it is about something else. */
function factIn(type: string, data: unknown): Told | null {
  switch (type) {
    case "message":
    case "message_updated": {
      const { message } = ofMessage.parse(data);
      return { roomId: message.roomId, fact: { kind: type === "message" ? "posted" : "edited", message } };
    }
    case "message_deleted": {
      const { room_id, message_id } = z.object({ room_id: Id, message_id: Id, seq: Seq }).parse(data);
      return { roomId: room_id, fact: { kind: "deleted", messageId: message_id } };
    }
    case "reaction_added":
    case "reaction_removed": {
      const { room_id, message_id, emoji, user } = ofReaction.parse(data);
      return { roomId: room_id, fact: { kind: type === "reaction_added" ? "reacted" : "reaction taken back", messageId: message_id, emoji, userId: user.id } };
    }
    case "user_joined":
    case "user_left": {
      const { room_id, user, member_count } = ofMember.parse(data);
      return { roomId: room_id, fact: { kind: type === "user_joined" ? "joined" : "left", userId: user.id, memberCount: member_count } };
    }
    case "room_updated": {
      const { room } = z.object({ room: z.object({ id: Id, name: z.string() }) }).parse(data);
      return { roomId: room.id, fact: { kind: "renamed", title: room.name } };
    }
    case "user_typing": {
      const { room_id, user, typing } = z.object({ room_id: Id, user: Sender, typing: z.boolean() }).parse(data);
      return { roomId: room_id, fact: { kind: "typing", userId: user.id, typing } };
    }
    case "message_read": {
      const { room_id, message_id, read_by } = z.object({ room_id: Id, message_id: Id, read_by: Sender, read_at: z.iso.datetime() }).parse(data);
      return { roomId: room_id, fact: { kind: "read", userId: read_by.id, messageId: message_id } };
    }
    case "assistant_started": {
      const { room_id, run_id, message_id, assistant } = z.object({ room_id: Id, run_id: Id, message_id: Id, assistant: Sender, trigger_message_id: Id }).parse(data);
      return { roomId: room_id, fact: { kind: "answer began", messageId: message_id, runId: run_id, assistantId: assistant.id } };
    }
    case "assistant_completed":
    case "assistant_stopped": {
      const { message } = ofMessage.parse(data);
      return { roomId: message.roomId, fact: { kind: type === "assistant_completed" ? "answered" : "answer stopped", messageId: message.id, content: message.content } };
    }
    default:
      return null;
  }
}

const coresWords: Partial<Record<string, string>> = { message_type: "type", reply_to_message_id: "replyToId", id: "clientId", reset_time: "resetAt" };

function inCoresWords(details: RefusalDetails): RefusalDetails {
  const wordFor = (name: string) => coresWords[name] ?? name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [wordFor(name), name === "field" ? wordFor(String(value)) : value]));
}
