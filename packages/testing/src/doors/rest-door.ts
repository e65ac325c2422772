import { Id, Seq } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import { refusalCodes, type RefusalDetails } from "@tertulia/model/refusals";
import { z } from "zod";
import type { Person } from "../cast.ts";
import { type Door, type Place, type Posted, type PostOptions, ToldRefusal, type Visit } from "./door.ts";
import type { Ear, Fact, Said } from "./facts.ts";

/** REST v1: a request for each deed, and what others do is found by looking again. */
export const restDoor: Door = {
  name: "REST",
  // Who types has typed on by the time that a request is answered.
  cannotDo: ["startTyping", "stopTyping"],
  // It tells what is, and typing is over before anyone asks.
  cannotHear: ["typing"],
  enter: async (url, who) => new RestVisit(`${url}/api/v1`, who),
};

const noRoute = (): Promise<never> => Promise.reject(new Error("REST has no route for this."));

class RestVisit implements Visit {
  readonly #api: string;
  readonly #headers: Record<string, string>;

  constructor(api: string, who: Pick<Person, "token"> | null) {
    this.#api = api;
    this.#headers = who ? { authorization: `Bearer ${who.token}` } : {};
  }

  async post(roomId: Id, content: string, { clientId = crypto.randomUUID(), type, replyToId, metadata }: PostOptions = {}): Promise<Posted> {
    const asked = { content, type: type?.toUpperCase(), parentId: replyToId, metadata };
    const { id, seq } = Message.parse(await this.#ask("POST", `/conversations/${roomId}/messages`, asked, { "idempotency-key": clientId })).said;
    return { id, seq };
  }

  async edit(messageId: Id, content: string): Promise<void> {
    await this.#ask("PATCH", `/messages/${messageId}`, { content });
  }

  async deleteMessage(messageId: Id): Promise<void> {
    await this.#ask("DELETE", `/messages/${messageId}`);
  }

  async react(messageId: Id, emoji: string): Promise<void> {
    await this.#ask("POST", `/messages/${messageId}/reactions`, { emoji });
  }

  async takeReactionBack(messageId: Id, emoji: string): Promise<void> {
    await this.#ask("DELETE", `/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`);
  }

  startTyping = noRoute;
  stopTyping = noRoute;

  async read({ roomId, id }: Place): Promise<void> {
    await this.#ask("POST", `/conversations/${roomId}/read`, { messageId: id });
  }

  async join(roomId: Id, password?: string): Promise<number> {
    return Conversation.parse(await this.#ask("POST", `/conversations/${roomId}/join`, { password })).participantCount;
  }

  async leave(roomId: Id): Promise<void> {
    const { id } = Me.parse(await this.#ask("GET", "/auth/me"));
    await this.removeMember(roomId, id);
  }

  async addMember(roomId: Id, userId: Id): Promise<void> {
    await this.#ask("POST", `/conversations/${roomId}/participants`, { userId });
  }

  async removeMember(roomId: Id, userId: Id): Promise<void> {
    await this.#ask("DELETE", `/conversations/${roomId}/participants/${userId}`);
  }

  async setRole(roomId: Id, userId: Id, role: RoomRole): Promise<void> {
    await this.#ask("PATCH", `/conversations/${roomId}/participants/${userId}`, { role });
  }

  async renameRoom(roomId: Id, title: string): Promise<void> {
    await this.#ask("PATCH", `/conversations/${roomId}`, { title });
  }

  async archiveRoom(roomId: Id): Promise<void> {
    await this.#ask("POST", `/conversations/${roomId}/archive`);
  }

  async unarchiveRoom(roomId: Id): Promise<void> {
    await this.#ask("DELETE", `/conversations/${roomId}/archive`);
  }

  async deleteRoom(roomId: Id): Promise<void> {
    await this.#ask("DELETE", `/conversations/${roomId}`);
  }

  async stopAnswer(_roomId: Id, runId: Id): Promise<void> {
    await this.#ask("POST", `/runs/${runId}/stop`);
  }

  async seeRoom(roomId: Id): Promise<void> {
    await this.#ask("GET", `/conversations/${roomId}`);
  }

  async seeMembers(roomId: Id): Promise<Id[]> {
    return Participants.parse(await this.#ask("GET", `/conversations/${roomId}/participants`)).items.map(({ userId }) => userId);
  }

  async seeMessages(roomId: Id): Promise<Said[]> {
    return (await this.#messages(roomId)).map(({ said }) => said);
  }

  async listen(roomId: Id): Promise<Ear> {
    return new RestEar(() => this.#look(roomId), await this.#look(roomId));
  }

  async resume(roomId: Id, after: Seq): Promise<Ear> {
    const now = await this.#look(roomId);
    return new RestEar(() => this.#look(roomId), { ...now, messages: now.messages.filter(({ said }) => said.seq <= after) });
  }

  async #look(roomId: Id): Promise<Look> {
    const { title } = Conversation.parse(await this.#ask("GET", `/conversations/${roomId}`));
    return { title, memberIds: await this.seeMembers(roomId), messages: await this.#messages(roomId) };
  }

  async #messages(roomId: Id): Promise<MessageSeen[]> {
    return Messages.parse(await this.#ask("GET", `/conversations/${roomId}/messages`)).items;
  }

  /** Resolves with the `data` of the answer; of one that only says that it's done, with nothing. */
  async #ask(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<unknown> {
    const sent = body && { body: JSON.stringify(body), headers: { ...this.#headers, ...headers, "content-type": "application/json" } };
    const response = await fetch(`${this.#api}${path}`, { method, headers: this.#headers, ...sent });
    const text = await response.text();
    const answer = Answer.parse(JSON.parse(text));
    if (answer.success) return answer.data;
    const { code, details } = answer;
    throw new ToldRefusal(code, inCoresWords(details), JSON.stringify([response.status, ...response.headers, text]));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** What someone sees of a room when they look. */
interface Look {
  title: string;
  memberIds: Id[];
  messages: MessageSeen[];
}

/** Looks again, and tells what has changed since. */
class RestEar implements Ear {
  readonly #look: () => Promise<Look>;
  readonly #facts: Fact[] = [];
  #before: Look;

  constructor(look: () => Promise<Look>, before: Look) {
    this.#look = look;
    this.#before = before;
  }

  async facts(): Promise<readonly Fact[]> {
    const now = await this.#look().catch(unchangedIfRefused(this.#before));
    this.#facts.push(...changesBetween(this.#before, now));
    this.#before = now;
    return this.#facts;
  }

  [Symbol.dispose](): void {}
}

/** Who may not look any more knows what they knew. */
const unchangedIfRefused = (before: Look) => (error: unknown): Look => {
  if (error instanceof ToldRefusal) return before;
  throw error;
};

function changesBetween(before: Look, now: Look): Fact[] {
  const memberCount = now.memberIds.length;
  const joined = now.memberIds.filter((id) => !before.memberIds.includes(id));
  const left = before.memberIds.filter((id) => !now.memberIds.includes(id));
  const old = new Map(before.messages.map((message) => [message.said.id, message]));
  return [
    ...joined.map((userId) => ({ kind: "joined" as const, userId, memberCount })),
    ...left.map((userId) => ({ kind: "left" as const, userId, memberCount })),
    ...(now.title === before.title ? [] : [{ kind: "renamed" as const, title: now.title }]),
    ...now.messages.flatMap((message) => [...changesOf(old.get(message.said.id), message, now.memberIds)]),
  ];
}

/** What happened to a message that wasn't there before, or looked like this. */
function* changesOf(before: MessageSeen | undefined, now: MessageSeen, memberIds: readonly Id[]): Iterable<Fact> {
  const { said, run } = now;
  const messageId = said.id;
  if (now.isDeleted) {
    if (!before?.isDeleted) yield { kind: "deleted", messageId };
    return;
  }
  if (!before && !run) yield { kind: "posted", message: said };
  if (before && !run && said.content !== before.said.content) yield { kind: "edited", message: said };
  if (!before && run) yield { kind: "answer began", messageId, runId: run.id, assistantId: said.authorId };
  if (run?.status !== before?.run?.status && run?.status === "completed") yield { kind: "answered", messageId, content: said.content };
  if (run?.status !== before?.run?.status && run?.status === "stopped") yield { kind: "answer stopped", messageId, content: said.content };
  const reactionsBefore = before?.reactions ?? [];
  for (const reaction of missingFrom(reactionsBefore, now.reactions)) yield { kind: "reacted", messageId, ...reaction };
  for (const reaction of missingFrom(now.reactions, reactionsBefore)) yield { kind: "reaction taken back", messageId, ...reaction };
  // It says no more than that everyone else has.
  if (now.status === "READ" && before?.status !== "READ") for (const userId of memberIds) if (userId !== said.authorId) yield { kind: "read", userId, messageId };
}

interface ReactionSeen {
  emoji: string;
  userId: Id;
}

const missingFrom = (some: readonly ReactionSeen[], all: readonly ReactionSeen[]) => all.filter((one) => !some.some(({ emoji, userId }) => emoji === one.emoji && userId === one.userId));

const Details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const Answer = z.discriminatedUnion("success", [
  z.object({ success: z.literal(true), data: z.unknown().optional() }),
  z.object({ success: z.literal(false), error: z.string(), code: z.enum(refusalCodes), details: Details.default({}), requestId: z.string() }),
]);
const Me = z.object({ id: Id });
const Conversation = z.object({ id: Id, title: z.string(), participantCount: z.int() });
const Participants = z.object({ items: z.array(z.object({ userId: Id })) });
const Message = z
  .object({
    id: Id, conversationId: Id, userId: Id, content: z.string(), type: z.string(), metadata: z.record(z.string(), z.unknown()), parentId: Id.nullable(), status: z.enum(["SENT", "READ"]),
    isEdited: z.boolean(), isDeleted: z.boolean(), createdAt: z.iso.datetime(), seq: Seq, clientId: z.string().nullable(),
    reactions: z.array(z.object({ emoji: z.string(), userIds: z.array(Id) })), run: z.object({ id: Id, status: z.string() }).nullable(),
  })
  .transform(({ status, isDeleted, run, reactions, ...told }) => ({
    status,
    isDeleted,
    run,
    reactions: reactions.flatMap(({ emoji, userIds }) => userIds.map((userId) => ({ emoji, userId }))),
    said: {
      id: told.id, roomId: told.conversationId, seq: told.seq, clientId: told.clientId, authorId: told.userId, type: told.type.toLowerCase(), content: told.content, metadata: told.metadata,
      replyToId: told.parentId, isEdited: told.isEdited, createdAt: Date.parse(told.createdAt),
    } satisfies Said,
  }));
type MessageSeen = z.infer<typeof Message>;
const Messages = z.object({ items: z.array(Message) });

const coresWords: Partial<Record<string, string>> = { conversationId: "roomId", participantIds: "memberIds", parentId: "replyToId", threadId: "threadRootId", "idempotency-key": "clientId" };

function inCoresWords(details: RefusalDetails): RefusalDetails {
  const wordFor = (name: string) => coresWords[name] ?? name;
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [wordFor(name), name === "field" ? wordFor(String(value)) : value]));
}
