import { postMessage } from "@tertulia/core/messages/post-message";
import type { Id } from "@tertulia/model/ids";
import { layLine } from "@tertulia/testing/line";
import { until } from "@tertulia/testing/until";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { newRoomOf } from "../../test/new-room.ts";
import { isReady, keyless, says, texts, timeless } from "../../test/shown.ts";
import { setStage } from "../../test/stage.ts";
import { createTertulia, refusalOf } from "../create-tertulia.ts";

const stage = setStage();

const newRoom = (): Promise<Id> => newRoomOf(stage.cast, stage.server.core, [stage.cast.tomas]);

/** A room with one message, at which tomas and mira look. */
async function twoAtAMessage() {
  const roomId = await newRoom();
  const [mira, tomas] = [stage.clientOf(stage.cast.mira), stage.clientOf(stage.cast.tomas)];
  const root = await mira.trpc.messages.post.mutate({ roomId, clientId: crypto.randomUUID(), content: "Tea?" });
  const room = tomas.room(roomId);
  room.subscribe(() => {});
  await until(room, isReady);
  return { roomId, rootId: root.id, mira, tomas, room };
}

describe("a thread", () => {
  it("has its replies in order, which the room's own timeline doesn't; its root shows how many there are", async () => {
    const { roomId, rootId, mira, tomas, room } = await twoAtAMessage();
    const thread = await tomas.thread(roomId, rootId);
    expect(await tomas.thread(roomId, rootId)).toBe(thread);
    thread.subscribe(() => {});
    expect(await until(thread, isReady)).toMatchObject({ root: { content: "Tea?", threadCount: 0 }, messages: [], hasBefore: false });
    mira.post(roomId, { content: "Black", threadRootId: rootId });
    mira.post(roomId, { content: "or green?", threadRootId: rootId });
    await until(thread, (state) => says("Black", "or green?")(state) && state.root?.threadCount === 2);
    expect(texts(room.get())).toEqual(["Tea?"]);
    expect(room.get().messages[0]?.threadCount).toBe(2);
  });

  it("shows my reply at once, in a row that keeps its key, and not among what the room sends", async () => {
    const { roomId, rootId, tomas, room } = await twoAtAMessage();
    const thread = await tomas.thread(roomId, rootId);
    const frames: string[][] = [];
    await until(thread, isReady);
    thread.subscribe(() => frames.push([...thread.get().messages.map(({ key }) => key), ...thread.get().sending.map(({ clientId }) => clientId)]));
    const clientId = tomas.post(roomId, { content: "Please.", threadRootId: rootId });
    expect(thread.get().sending).toMatchObject([{ clientId }]);
    expect(room.get().sending).toEqual([]);
    await until(thread, ({ messages, sending }) => messages.length === 1 && sending.length === 0);
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.every((keys) => keys.length === 1 && keys[0] === clientId)).toBe(true);
  });

  it("is read for itself, and my other devices hear of it", async () => {
    const { roomId, rootId, mira, tomas } = await twoAtAMessage();
    const desk = stage.clientOf(stage.cast.tomas);
    tomas.post(roomId, { content: "Please.", threadRootId: rootId });
    const [here, there] = [await tomas.thread(roomId, rootId), await desk.thread(roomId, rootId)];
    for (const each of [here, there, desk.inbox]) each.subscribe(() => {});
    await until(desk.inbox, ({ status }) => status === "ready");
    await Promise.all([until(here, says("Please.")), until(there, says("Please."))]);
    const { seq } = await mira.trpc.messages.post.mutate({ roomId, clientId: "one-sugar", content: "One sugar?", threadRootId: rootId });
    await until(here, says("Please.", "One sugar?"));
    here.markRead(seq);
    expect(here.get()).toMatchObject({ lastReadSeq: seq, unread: 0 });
    await until(there, ({ lastReadSeq }) => lastReadSeq === seq);
    const { thread } = await tomas.trpc.messages.list.query({ roomId, threadRootId: rootId });
    expect(thread).toMatchObject({ unread: 0, lastReadSeq: seq });
  });

  it("is gone when I'm removed from its room, and says why it can't be opened", async () => {
    const { roomId, rootId, mira, tomas } = await twoAtAMessage();
    const thread = await tomas.thread(roomId, rootId);
    thread.subscribe(() => {});
    await until(thread, isReady);
    await mira.trpc.members.remove.mutate({ roomId, userId: stage.cast.tomas.account.id });
    await until(thread, ({ status }) => status === "gone");
    const elsewhere = await stage.clientOf(stage.cast.wen).thread(roomId, rootId);
    expect((await until(elsewhere, ({ status }) => status === "failed")).refusal?.code).toMatch(/NOT_FOUND/);
  });

  it("is read afresh when too much was missed to be told", async () => {
    const roomId = await newRoom();
    const line = await layLine(stage.server.url);
    stage.closing(line);
    const [mira, tomas] = [stage.clientOf(stage.cast.mira), stage.clientOf(stage.cast.tomas, line.url)];
    const root = await mira.trpc.messages.post.mutate({ roomId, clientId: "root", content: "Tea?" });
    const thread = await tomas.thread(roomId, root.id);
    thread.subscribe(() => {});
    await until(thread, isReady);
    line.refuse();
    line.cut();
    await until(tomas.room(roomId), ({ catchingUp }) => catchingUp);
    await mira.trpc.messages.post.mutate({ roomId, clientId: "reply", content: "Please.", threadRootId: root.id });
    await Promise.all(
      Array.from({ length: 1_010 }, (_, n) => postMessage(stage.server.core, stage.cast.mira.actor, { roomId, clientId: `words-${n}`, content: `words ${n}`, type: "text" })),
    );
    line.leadTo(stage.server.url);
    tomas.connection.retryNow();
    const { root: shown } = await until(thread, says("Please."));
    expect(shown?.threadCount).toBe(1);
  });

  it("can be asked for again when its code could not be loaded", async () => {
    const { roomId, rootId, tomas } = await twoAtAMessage();
    vi.doMock("./live-thread.ts", () => {
      throw new Error("There is no connection.");
    });
    await expect(tomas.thread(roomId, rootId)).rejects.toMatchObject({ cause: new Error("There is no connection.") });
    vi.doUnmock("./live-thread.ts");
    expect((await tomas.thread(roomId, rootId)).rootId).toBe(rootId);
  });

  it("lets go of its room when nobody looks at it any more", async () => {
    const roomId = await newRoom();
    const [mira, tomas] = [stage.clientOf(stage.cast.mira), stage.clientOf(stage.cast.tomas)];
    const root = await mira.trpc.messages.post.mutate({ roomId, clientId: crypto.randomUUID(), content: "Tea?" });
    const thread = await tomas.thread(roomId, root.id);
    await until(thread, isReady);
    await until(tomas.room(roomId), isReady);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    thread.subscribe(() => {})();
    vi.advanceTimersByTime(1_100);
    // Its room lingers for as long again.
    vi.advanceTimersByTime(1_100);
    vi.useRealTimers();
    expect(thread.get()).toMatchObject({ status: "opening", messages: [] });
    await mira.trpc.messages.post.mutate({ roomId, clientId: "unheard", content: "Unheard" });
    expect(texts(tomas.room(roomId).get())).toEqual(["Tea?"]);
  });

  it("is what a fresh fetch shows, whatever is done in it, and however often the line breaks", async () => {
    const deed = fc.record({ kind: fc.constantFrom("reply", "reply", "edit", "delete", "react", "unreact", "edit root", "older", "cut"), pick: fc.nat(1_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 30, maxLength: 45 }), async (deeds) => {
        const roomId = await newRoom();
        await using line = await layLine(stage.server.url);
        await using tomas = createTertulia({ url: line.url, token: stage.cast.tomas.token });
        await using mira = createTertulia({ url: stage.server.url, token: stage.cast.mira.token });
        tomas.connection.subscribe(() => tomas.connection.retryNow());
        const post = (content: string, threadRootId?: string) =>
          mira.trpc.messages.post.mutate({ roomId, clientId: crypto.randomUUID(), content, ...(threadRootId === undefined ? {} : { threadRootId }) });
        const root = await post("Tea?");
        const ids: string[] = [];
        for (let n = 0; n < 60; n++) ids.push((await post(`reply ${n}`, root.id)).id);
        const thread = await tomas.thread(roomId, root.id);
        thread.subscribe(() => {});
        await until(thread, isReady);
        for (const { kind, pick } of deeds) {
          const messageId = ids[pick % ids.length] ?? "";
          if (kind === "reply") ids.push((await post(`said ${pick}`, root.id)).id);
          if (kind === "edit") await mira.trpc.messages.edit.mutate({ messageId, content: `edited ${pick}` }).catch(refusalOf);
          if (kind === "delete") await mira.trpc.messages.delete.mutate({ messageId }).catch(refusalOf);
          if (kind === "react") await mira.trpc.reactions.add.mutate({ messageId, emoji: pick % 2 ? "👍" : "🎉" }).catch(refusalOf);
          if (kind === "unreact") await mira.trpc.reactions.remove.mutate({ messageId, emoji: pick % 2 ? "👍" : "🎉" }).catch(refusalOf);
          if (kind === "edit root") await mira.trpc.messages.edit.mutate({ messageId: root.id, content: `Tea ${pick}?` });
          if (kind === "older") thread.loadOlder().catch(refusalOf);
          if (kind === "cut") line.cut();
        }
        await until(tomas.connection, ({ status }) => status === "online");
        await thread.loadOlder();
        await thread.loadOlder();
        const fresh = await mira.trpc.messages.list.query({ roomId, threadRootId: root.id, limit: 100 });
        const older = await mira.trpc.messages.list.query({ roomId, threadRootId: root.id, before: fresh.items[0]?.seq ?? 0, limit: 100 });
        const now = await mira.trpc.messages.get.query({ messageId: root.id });
        await until(tomas.room(roomId), ({ headSeq }) => headSeq === fresh.headSeq);
        const { messages, root: shown } = thread.get();
        expect(messages.map((row) => timeless(keyless(row)))).toEqual([...older.items, ...fresh.items].map(timeless));
        expect(shown && keyless(shown)).toEqual(now);
      }),
      { numRuns: 3 },
    );
  });
});
