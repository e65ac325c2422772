import { editMessage } from "@tertulia/core/messages/edit-message";
import { postMessage } from "@tertulia/core/messages/post-message";
import type { Id, Seq } from "@tertulia/model/ids";
import type { InboxUpdate } from "@tertulia/model/inbox";
import { until } from "@tertulia/testing/until";
import { afterEach, expect, it, vi } from "vitest";
import { newRoomOf } from "../../test/new-room.ts";
import { setStage } from "../../test/stage.ts";
import type { Tertulia } from "../create-tertulia.ts";

const stage = setStage();
afterEach(() => {
  vi.restoreAllMocks();
});

const say = (roomId: Id, content: string) => postMessage(stage.server.core, stage.cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });

/** Hears what this client's inbox is told, after the inbox itself. */
async function besideInbox(client: Tertulia) {
  const heard: InboxUpdate[] = [];
  client.trpc.inbox.follow.subscribe(undefined, { onData: (updates) => void heard.push(...updates) });
  const until = (isAsWanted: (update: InboxUpdate) => boolean) => vi.waitFor(() => expect(heard.some(isAsWanted)).toBe(true), { timeout: 10_000, interval: 5 });
  await until(({ type }) => type === "snapshot");
  return { activity: (headSeq: Seq) => until((update) => update.type === "room.activity" && update.headSeq === headSeq) };
}

/** The list being asked for again. */
function watchLooks() {
  const fetching = vi.spyOn(globalThis, "fetch");
  return {
    count: () => fetching.mock.calls.filter(([address]) => typeof address === "string" && address.includes("inbox.get")).length,
    answered: () => Promise.all(fetching.mock.results.map(({ value }) => value)),
  };
}

/** tomas, who has more rooms than are listed, and the oldest of them, with a message in it. */
async function tomasAndAnOldRoom() {
  const oldest = await newRoomOf(stage.cast, stage.server.core, [stage.cast.tomas]);
  const message = await say(oldest, "Tea?");
  for (let n = 0; n < 50; n++) await newRoomOf(stage.cast, stage.server.core, [stage.cast.tomas]);
  const tomas = stage.clientOf(stage.cast.tomas);
  await until(tomas.inbox, ({ status }) => status === "ready");
  return { tomas, oldest, message };
}

it("a room from beyond what is listed shows when something is said in it, even after something old in it has changed", async () => {
  const { tomas, oldest, message } = await tomasAndAnOldRoom();
  const told = await besideInbox(tomas);
  const looks = watchLooks();
  await editMessage(stage.server.core, stage.cast.mira.actor, { messageId: message.id, content: "Coffee?" });
  await told.activity(message.seq + 1);
  await looks.answered();
  expect(tomas.inbox.get().entries.map(({ room }) => room.id)).not.toContain(oldest);
  await say(oldest, "Now?");
  const { entries } = await until(tomas.inbox, (inbox) => inbox.entries.some(({ room }) => room.id === oldest));
  expect(entries[0]).toMatchObject({ room: { id: oldest }, unread: 2, last: { excerpt: "Now?" } });
});

it("a room in the archive is looked for once, however much is said in it", async () => {
  const { tomas, oldest } = await tomasAndAnOldRoom();
  await tomas.trpc.rooms.archive.mutate({ roomId: oldest });
  const told = await besideInbox(tomas);
  const looks = watchLooks();
  await told.activity((await say(oldest, "One")).seq);
  await looks.answered();
  await told.activity((await say(oldest, "Two")).seq);
  expect(looks.count()).toBe(1);
});
