import type { FollowedEvent, RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import type { RoomSettings } from "@tertulia/model/rooms";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { howMuch } from "@tertulia/testing/how-much";
import { type ModelServer, startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { says } from "@tertulia/testing/model-server/scripts";
import { startTestServer } from "@tertulia/testing/start-test-server";
import type { AppRouter } from "@tertulia/trpc/app-router";
import { createTRPCClient, createWSClient, httpLink, type TRPCClient, wsLink } from "@trpc/client";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusalOf } from "../refusal-of.ts";
import type { RoomState } from "../state.ts";
import { gone, opened, unopened, withEvents } from "./room-state.ts";
import { withEventIn } from "./timeline-events.ts";
import { type KeyOf, type Timeline, timelineOf } from "./timeline.ts";

const keyOf: KeyOf = ({ id }) => id;
type Api = TRPCClient<AppRouter>;

let answers = 0;
let models: ModelServer;
let server: Awaited<ReturnType<typeof startTestServer>>;
let cast: Cast;
/** Those who do things, in the order deeds name them. Wen is in the room here and watches it, so she alone is never put out of it. */
let people: { id: Id; api: Api }[];

beforeAll(async () => {
  models = await startModelServer();
  // No two answers are the same.
  models.scriptFor("", (answer) => says(["Yes", `, ${++answers}.`])(answer));
  server = await startTestServer({ openAi: { apiKey: null, baseUrl: models.url, model: "scripted-1" } });
  cast = await gatherCast(server.core);
  const { mira, tomas, wen } = cast;
  const apiOf = (token: string) => createTRPCClient<AppRouter>({ links: [httpLink({ url: `${server.url}/api/trpc`, headers: { authorization: `Bearer ${token}` } })] });
  people = [mira, tomas, wen].map(({ account, token }) => ({ id: account.id, api: apiOf(token) }));
});
afterAll(async () => {
  await server.close();
  await models.close();
});

/** One thing that someone tries. Whoever may not is refused, and that is one outcome more. */
interface Deed {
  kind: keyof typeof deeds;
  who: number;
  /** Chooses among what there is: a message, a person, an emoji. */
  pick: number;
}

interface Scene {
  roomId: Id;
  /** Every message there has been, deleted ones too. */
  said: Id[];
  /** The answers that were asked for. */
  runs: Id[];
}

const EMOJIS = ["👍", "❤️", "🎉"];
const SETTINGS: Partial<RoomSettings>[] = [{ whoCanPost: "admins" }, { whoCanPost: "everyone" }, { assistantMode: "off" }, { assistantMode: "mention" }];

/** Every way in which a room can change. */
const deeds = {
  post: (scene, api) => say(scene, api, {}),
  quote: (scene, api, pick) => say(scene, api, { replyToId: messageAt(scene, pick) }),
  answerInThread: (scene, api, pick) => say(scene, api, { threadRootId: messageAt(scene, pick % 3 ? 0 : pick) }),
  edit: (scene, api, pick) => api.messages.edit.mutate({ messageId: messageAt(scene, pick), content: `Changed ${pick}` }),
  delete: (scene, api, pick) => api.messages.delete.mutate({ messageId: messageAt(scene, pick) }),
  react: (scene, api, pick) => api.reactions.add.mutate({ messageId: messageAt(scene, pick), emoji: emojiAt(pick) }),
  unreact: (scene, api, pick) => api.reactions.remove.mutate({ messageId: messageAt(scene, pick), emoji: emojiAt(pick) }),
  pin: (scene, api, pick) => api.pins.add.mutate({ messageId: messageAt(scene, pick) }),
  unpin: (scene, api, pick) => api.pins.remove.mutate({ messageId: messageAt(scene, pick) }),
  rename: ({ roomId }, api, pick) => api.rooms.update.mutate({ roomId, title: `Tea ${pick}`, description: pick % 2 ? "Green" : "" }),
  setUp: ({ roomId }, api, pick) => api.rooms.update.mutate({ roomId, settings: SETTINGS[pick % SETTINGS.length] ?? {} }),
  hide: ({ roomId }, api, pick) => api.rooms.update.mutate({ roomId, isPrivate: pick % 2 === 0 }),
  lock: ({ roomId }, api, pick) => api.rooms.update.mutate({ roomId, password: pick % 2 ? "oolong" : null }),
  join: ({ roomId }, api) => api.rooms.join.mutate({ roomId, password: "oolong" }),
  leave: ({ roomId }, api) => (api === people[2]?.api ? nothing() : api.rooms.leave.mutate({ roomId })),
  bring: ({ roomId }, api, pick) => api.members.add.mutate({ roomId, userId: pick % 5 === 4 ? cast.quill.id : personAt(pick) }),
  putOut: ({ roomId }, api, pick) => (personAt(pick) === people[2]?.id ? nothing() : api.members.remove.mutate({ roomId, userId: pick % 5 === 4 ? cast.quill.id : personAt(pick) })),
  giveRole: ({ roomId }, api, pick) => api.members.setRole.mutate({ roomId, userId: personAt(pick), role: pick % 2 ? "ADMIN" : "MEMBER" }),
  handOver: ({ roomId }, api, pick) => api.members.setRole.mutate({ roomId, userId: personAt(pick), role: "OWNER" }),
  invite: async ({ roomId }, api, pick) => {
    const { code } = await api.invites.create.mutate({ roomId, maxUses: 1 });
    await people[pick % 3]?.api.invites.accept.mutate({ code });
  },
  deleteAndRestore: async ({ roomId }, api) => {
    await api.rooms.delete.mutate({ roomId });
    await api.rooms.restore.mutate({ roomId });
  },
  ask: async (scene, api, pick) => {
    const { id: runId } = await api.assistants.invoke.mutate({ roomId: scene.roomId, assistantId: cast.quill.id });
    scene.runs.push(runId);
    if (pick % 2) await api.assistants.stop.mutate({ runId });
  },
  askAnew: async (scene, api, pick) => {
    const messageId = await answerTo(api, runAt(scene, pick));
    if (messageId === null) return;
    if (!scene.said.includes(messageId)) scene.said.push(messageId);
    scene.runs.push((await api.assistants.regenerate.mutate({ messageId })).id);
  },
  chooseVariant: (scene, api, pick) => api.assistants.chooseVariant.mutate({ runId: runAt(scene, pick) }),
} satisfies Record<string, (scene: Scene, api: Api, pick: number) => Promise<unknown>>;

async function say(scene: Scene, api: Api, news: { replyToId?: Id; threadRootId?: Id }): Promise<void> {
  const { id } = await api.messages.post.mutate({ roomId: scene.roomId, clientId: crypto.randomUUID(), content: `${scene.said.length % 3 ? "" : "@room "}Words ${scene.said.length}`, ...news });
  scene.said.push(id);
}

const answerTo = async (api: Api, runId: Id): Promise<Id | null> => (await api.assistants.run.query({ runId })).messageId;

async function untilOver(api: Api, runId: Id): Promise<void> {
  const { status } = await api.assistants.run.query({ runId });
  if (status === "queued" || status === "running") await untilOver(api, runId);
}

const nothing = async (): Promise<void> => {};
const messageAt = ({ said }: Scene, pick: number): Id => said[pick % said.length] ?? crypto.randomUUID();
const runAt = ({ runs }: Scene, pick: number): Id => runs[pick % runs.length] ?? crypto.randomUUID();
const personAt = (pick: number): Id => people[pick % people.length]?.id ?? "";
const emojiAt = (pick: number): string => EMOJIS[pick % EMOJIS.length] ?? "";

async function attempt(scene: Scene, { kind, who, pick }: Deed): Promise<void> {
  const api = people[who % people.length]?.api;
  if (!api) throw new Error("nobody is there");
  try {
    await deeds[kind](scene, api, pick);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal || refusal.code === "INTERNAL") throw error;
  }
}

/** A room as a client holds it: the very state of the web app, and beside it the pins and the thread under its first message. */
interface Held {
  state: RoomState;
  rootId: Id;
  thread: Timeline;
  /** The newest first. */
  pins: Id[];
}

async function openNow({ roomId, said: [rootId = ""] }: Pick<Scene, "roomId" | "said">): Promise<Held> {
  const api = people[2]?.api;
  if (!api) throw new Error("nobody watches");
  const room = await api.rooms.open.query({ roomId });
  const pins = await api.pins.list.query({ roomId });
  const thread = await api.messages.list.query({ roomId, threadRootId: rootId });
  // An answer may have gone on between the two.
  if (pins.headSeq !== room.headSeq || thread.headSeq !== room.headSeq) return openNow({ roomId, said: [rootId] });
  return { state: opened(unopened, room, keyOf), rootId, thread: timelineOf(thread.items, [], keyOf), pins: pins.items.map(({ message }) => message.id) };
}

/** A connection of its own for each story, since one hears only so many frames a minute. */
function connect() {
  const client = createWSClient({ url: `${server.url.replace("http", "ws")}/api/trpc`, connectionParams: { token: cast.wen.token } });
  return { api: createTRPCClient<AppRouter>({ links: [wsLink({ client })] }), [Symbol.asyncDispose]: () => client.close() };
}

/** Follows the room from where the client is, and keeps it up with what it hears. */
class Watcher {
  held: Held;
  readonly #api: Api;
  readonly #scene: Scene;
  #unsubscribe = () => {};
  #wake = () => {};
  #failure: Error | null = null;

  constructor(api: Api, scene: Scene, held: Held) {
    this.#api = api;
    this.#scene = scene;
    this.held = held;
    this.#follow();
  }

  /** As the web app does when a room is there again: it opens it anew, and goes on from there. */
  async comeBackIfGone(): Promise<void> {
    if (this.held.state.status !== "gone") return;
    this.#unsubscribe();
    this.held = await openNow(this.#scene);
    this.#follow();
  }

  async until(head: Seq): Promise<void> {
    while (this.held.state.headSeq < head && this.held.state.status !== "gone") {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    await this.comeBackIfGone();
  }

  stop(): void {
    this.#unsubscribe();
  }

  #follow(): void {
    const { unsubscribe } = this.#api.messages.follow.subscribe(
      { roomId: this.#scene.roomId, after: this.held.state.headSeq },
      {
        onData: ({ data }: { data: FollowedEvent[] }) => this.#hear(data),
        onError: (error: Error) => this.#end(error),
      },
    );
    this.#unsubscribe = unsubscribe;
  }

  #hear(news: FollowedEvent[]): void {
    const events = news.filter((event) => event.type !== "reset");
    if (events.length < news.length) return this.#fail(new Error("The follow was reset."));
    const { state, pins, thread, rootId } = this.held;
    const unseen = events.filter(({ seq }) => seq > state.headSeq);
    const isReply = (message: Message) => message.threadRootId === rootId;
    this.held = {
      state: withEvents(state, events, keyOf),
      pins: unseen.reduce(withPin, pins),
      rootId,
      thread: unseen.reduce((replies, event) => withEventIn(replies, event, isReply, keyOf), thread),
    };
    this.#wake();
  }

  /** The room was deleted before the follow had begun. */
  #end(error: Error): void {
    if (refusalOf(error)?.code !== "ROOM_NOT_FOUND") return this.#fail(error);
    this.held = { ...this.held, state: gone(this.held.state, "deleted") };
    this.#wake();
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }
}

function withPin(pins: Id[], event: RoomEvent): Id[] {
  if (event.type !== "pin.added" && event.type !== "pin.removed" && event.type !== "message.deleted") return pins;
  const others = pins.filter((id) => id !== event.messageId);
  return event.type === "pin.added" ? [event.messageId, ...others] : others;
}

/** What a person can see of it. Read positions travel by their own feed, and the newest activity is the inbox's. */
function seenIn({ state: { room, me, members, messages, headSeq, status }, pins, thread }: Held) {
  return {
    status,
    headSeq,
    pins,
    room: { ...room, headSeq: null, lastMessageAt: null },
    role: me?.role,
    members: members.map(({ lastReadSeq: _, ...member }) => member).toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1)),
    messages: messages.map(({ key: _, ...message }) => message),
    thread: thread.map(({ key: _, ...message }) => message),
  };
}

const deed = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Deed["kind"][]>("post", "quote", "answerInThread", "edit", "delete", "react", "unreact", "pin", "unpin") },
    { weight: 3, arbitrary: fc.constantFrom<Deed["kind"][]>("rename", "setUp", "hide", "lock", "join", "leave", "bring", "putOut", "giveRole", "handOver", "invite") },
    { weight: 2, arbitrary: fc.constantFrom<Deed["kind"][]>("deleteAndRestore", "ask", "askAnew", "chooseVariant") },
  ),
  // The owner most of the time, or most deeds would be refused.
  who: fc.constantFrom(0, 0, 0, 1, 2),
  pick: fc.nat(11),
});
/** Some of them at once. */
const story = fc.array(fc.array(deed, { minLength: 1, maxLength: 3 }), { minLength: 5, maxLength: 20 });

test("[A12] a room's state and its events are a fresh fetch: for every change, heard live or from a backlog", async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.nat(), fc.nat(), async (moments, a, b) => {
      const [mira, tomas, wen] = people;
      if (!mira || !tomas || !wen) throw new Error("nobody is there");
      const { room } = await mira.api.rooms.create.mutate({ kind: "room", title: "Tea", memberIds: [tomas.id, wen.id, cast.quill.id] });
      const scene: Scene = { roomId: room.id, said: [], runs: [] };
      await say(scene, mira.api, {});

      await using socket = connect();
      const live = new Watcher(socket.api, scene, await openNow(scene));
      const awayFrom = new Set([a % moments.length, b % moments.length]);
      const away: Held[] = [];
      for (const [at, moment] of moments.entries()) {
        if (awayFrom.has(at)) away.push(await openNow(scene));
        await Promise.all(moment.map((one) => attempt(scene, one)));
        await live.comeBackIfGone();
      }

      for (const runId of scene.runs) await untilOver(wen.api, runId);
      const fresh = await openNow(scene);
      const watchers = [live, ...away.map((held) => new Watcher(socket.api, scene, held))];
      for (const watcher of watchers) {
        await watcher.until(fresh.state.headSeq);
        watcher.stop();
        expect(seenIn(watcher.held)).toEqual(seenIn(fresh));
      }
    }),
    { numRuns: howMuch.stateAndEvents.stories },
  );
}, 600_000);
