import type { InboxUpdate } from "@tertulia/model/inbox";
import { describe, expect, it } from "vitest";
import { at, entry, idOf, message, mira, posted, quill, roomId, theRoom, tomas } from "../../test/a-room.ts";
import type { InboxState } from "../state.ts";
import { type CountedInbox, unloaded, withEntries, withPosition, withRead, withRoomNews, withUpdates } from "./inbox-state.ts";

const otherId = idOf(77);
const other = entry({ room: { ...theRoom, id: otherId, lastMessageAt: at(50) }, headSeq: 50 });
const last = (seq: number) => ({ seq, author: mira, excerpt: `words ${seq}`, at: at(seq) });
const counted = (seq: number, author = mira, mentions: string[] = []) => ({ seq, authorId: author.id, mentions });
const activity = (headSeq: number, ...news: ReturnType<typeof counted>[]): InboxUpdate => ({ type: "room.activity", roomId, headSeq, last: last(headSeq), counted: news });
const loaded = withUpdates(unloaded, [{ type: "snapshot", entries: [entry({ headSeq: 10 }), other], nextCursor: null }], tomas.id);
const mine = (state: InboxState) => state.entries.find(({ room }) => room.id === roomId);
const hear = (state: CountedInbox, ...updates: InboxUpdate[]) => withUpdates(state, updates, tomas.id);
const news = (...messages: ReturnType<typeof message>[]) => ({
  roomId, headSeq: messages.at(-1)?.seq ?? 0, events: messages.map(posted), timeline: messages.map((row) => ({ ...row, key: row.id })), before: [],
});

describe("the inbox", () => {
  it("stands in the order of the newest activity, and a room that speaks comes first", () => {
    expect(loaded.entries.map(({ room }) => room.id)).toEqual([otherId, roomId]);
    expect(hear(loaded, activity(60, counted(60))).entries.map(({ room }) => room.id)).toEqual([roomId, otherId]);
  });

  it("counts what others say, not what I say, and each message once however often it's told", () => {
    const state = hear(loaded, activity(12, counted(11), counted(12, tomas)), activity(12, counted(11)), activity(13, counted(11), counted(13)));
    expect(mine(state)).toMatchObject({ unread: 2, headSeq: 13, last: last(13) });
  });

  it("counts mentions of me", () => {
    expect(mine(hear(loaded, activity(12, counted(11, mira, [tomas.id]), counted(12))))).toMatchObject({ unread: 2, mentions: 1 });
  });

  it("counts no further than a hundred", () => {
    const many = Array.from({ length: 150 }, (_, n) => counted(11 + n));
    expect(mine(hear(loaded, activity(160, ...many)))?.unread).toBe(100);
  });

  it("takes my numbers from the server, but never an older reading", () => {
    const state = withPosition(loaded, { roomId, unread: 3, mentions: 1, lastReadSeq: 7, headSeq: 10 }, tomas.id);
    expect(mine(state)).toMatchObject({ unread: 3, mentions: 1, lastReadSeq: 7 });
    expect(withPosition(state, { roomId, unread: 9, mentions: 0, lastReadSeq: 2, headSeq: 10 }, tomas.id)).toBe(state);
  });

  it("adds what came after the server counted, and counts nothing again that it had counted already", () => {
    const heard = hear(loaded, activity(12, counted(11), counted(12)));
    const state = withPosition(heard, { roomId, unread: 0, mentions: 0, lastReadSeq: 11, headSeq: 11 }, tomas.id);
    expect(mine(state)).toMatchObject({ unread: 1, lastReadSeq: 11 });
    const ahead = withPosition(state, { roomId, unread: 3, mentions: 0, lastReadSeq: 11, headSeq: 14 }, tomas.id);
    expect(mine(hear(ahead, activity(14, counted(13), counted(14))))?.unread).toBe(3);
  });

  it("shows nothing unread as soon as I have read to the end", () => {
    const state = hear(loaded, activity(12, counted(11), counted(12)));
    expect(mine(withRead(state, roomId, 12))).toMatchObject({ unread: 0, mentions: 0, lastReadSeq: 12 });
    expect(mine(withRead(state, roomId, 11))).toMatchObject({ unread: 2, lastReadSeq: 11 });
  });

  it("is fed by the rooms that are followed, and counts nothing twice when its own feed tells it too", () => {
    const state = withRoomNews(loaded, news(message(11, mira, "Tea?"), message(12, tomas, "Please.")), tomas.id);
    expect(mine(state)).toMatchObject({ unread: 1, headSeq: 12, last: { seq: 12, excerpt: "Please." } });
    expect(mine(hear(state, activity(12, counted(11), counted(12, tomas))))?.unread).toBe(1);
  });

  it("counts an answer when it has ended, not when it begins, and not when it is written anew", () => {
    const begun = message(11, quill, "", { status: "streaming" });
    const start = { type: "run.started" as const, runId: idOf(9), messageId: begun.id, assistantId: quill.id, triggerMessageId: idOf(10), message: begun, roomId, seq: 11, at: at(11), actorId: quill.id };
    const row = (content: string, status: "streaming" | "sent") => [{ ...begun, content, status, key: begun.id }];
    const started = withRoomNews(loaded, { roomId, headSeq: 11, events: [start], timeline: row("", "streaming"), before: [] }, tomas.id);
    expect(mine(started)).toMatchObject({ unread: 0, last: null, headSeq: 11 });
    const usage = { inputTokens: null, outputTokens: null };
    const done = { type: "run.completed" as const, message: { ...begun, content: "Earl Grey.", status: "sent" as const }, usage, roomId, seq: 12, at: at(12), actorId: quill.id };
    const ended = withRoomNews(started, { roomId, headSeq: 12, events: [done], timeline: row("Earl Grey.", "sent"), before: row("", "streaming") }, tomas.id);
    expect(mine(ended)).toMatchObject({ unread: 1, last: { seq: 11, excerpt: "Earl Grey." }, headSeq: 12 });
    // Written anew, it shows the new words and counts for nobody.
    const anew = { ...done, message: { ...done.message, content: "Darjeeling.", variants: [idOf(9), idOf(8)] }, quiet: true as const, seq: 14, at: at(14) };
    const again = withRoomNews(ended, { roomId, headSeq: 14, events: [anew], timeline: row("Darjeeling.", "sent"), before: row("", "streaming") }, tomas.id);
    expect(mine(again)).toMatchObject({ unread: 1, last: { seq: 11, excerpt: "Darjeeling." }, headSeq: 14 });
  });

  it("counts one less when an unread message is deleted before my eyes", () => {
    const rows = [message(11, mira, "Tea?"), message(12, mira, "Oops")];
    const state = withRoomNews(loaded, news(...rows), tomas.id);
    const before = rows.map((row) => ({ ...row, key: row.id }));
    const gone = { type: "message.deleted" as const, messageId: idOf(12), roomId, seq: 13, at: at(13), actorId: mira.id };
    const timeline = before.map((row) => (row.seq === 12 ? { ...row, content: "", deletedAt: at(13) } : row));
    expect(mine(withRoomNews(state, { roomId, headSeq: 13, events: [gone], timeline, before }, tomas.id))).toMatchObject({ unread: 1, last: { seq: 11 } });
  });

  it.each([
    ["of me", { mentions: [tomas.id] }],
    ["of everyone", { mentionsRoom: true }],
  ])("forgets a mention %s that is deleted before my eyes", (_, how) => {
    const row = message(11, mira, "Tea is ready", how);
    const state = withRoomNews(loaded, news(row), tomas.id);
    expect(mine(state)).toMatchObject({ unread: 1, mentions: 1 });
    const gone = { type: "message.deleted" as const, messageId: row.id, roomId, seq: 12, at: at(12), actorId: mira.id };
    const before = [{ ...row, key: row.id }];
    expect(mine(withRoomNews(state, { roomId, headSeq: 12, events: [gone], timeline: [], before }, tomas.id))).toMatchObject({ unread: 0, mentions: 0 });
  });

  it("counts on top of a snapshot what it heard before that was told, though it was read earlier", () => {
    const snapshot: InboxUpdate = { type: "snapshot", entries: [entry({ headSeq: 11, unread: 1, last: last(11) }), other], nextCursor: null };
    const told = hear(loaded, activity(12, counted(11), counted(12)), snapshot);
    expect(mine(told)).toMatchObject({ unread: 2, headSeq: 12, last: last(12), room: { lastMessageAt: at(12) } });
    const seen = hear(withRoomNews(loaded, news(message(11, mira, "Tea?"), message(12, mira, "Now?")), tomas.id), snapshot);
    expect(mine(seen)).toMatchObject({ unread: 2, headSeq: 12, last: { excerpt: "Now?" } });
    expect(mine(hear(seen, activity(12, counted(12)), activity(13, counted(13))))?.unread).toBe(3);
  });

  it.each([
    ["told", hear(unloaded, activity(12, counted(11), counted(12)))],
    ["seen in the room itself", withRoomNews(unloaded, news(message(11, mira, "Tea?"), message(12, mira, "words 12")), tomas.id)],
  ])("counts what was %s of a room before it was listed", (_, state) => {
    const read = entry({ headSeq: 11, unread: 1, last: last(11) });
    const ways = [hear(state, { type: "snapshot", entries: [read], nextCursor: null }), hear(state, { type: "room.joined", entry: read }), withEntries(state, [read], tomas.id)];
    for (const way of ways) expect(mine(way)).toMatchObject({ unread: 2, headSeq: 12, last: last(12) });
  });

  it("doesn't show as unread what I have read while the snapshot was on its way", () => {
    const before = entry({ headSeq: 11, unread: 1, lastReadSeq: 10 });
    const read = withPosition(hear(loaded, activity(11, counted(11))), { roomId, unread: 0, mentions: 0, lastReadSeq: 11, headSeq: 11 }, tomas.id);
    const state = hear(read, { type: "snapshot", entries: [before], nextCursor: null });
    expect(mine(state)).toMatchObject({ unread: 0, lastReadSeq: 11 });
    // What the server read after that position holds.
    expect(mine(hear(state, { type: "snapshot", entries: [{ ...before, headSeq: 12, unread: 1, lastReadSeq: 11 }], nextCursor: null }))?.unread).toBe(1);
  });

  it("takes in rooms I join and drops those I leave", () => {
    const joined = hear(unloaded, { type: "snapshot", entries: [], nextCursor: null }, { type: "room.joined", entry: entry() });
    expect(joined.entries).toHaveLength(1);
    expect(hear(joined, { type: "room.left", roomId }).entries).toEqual([]);
  });

  it("keeps the identity of every entry that didn't change", () => {
    const again = hear(loaded, { type: "snapshot", entries: [entry({ headSeq: 10 }), { ...other, unread: 4 }], nextCursor: null });
    expect(mine(again)).toBe(mine(loaded));
    expect(hear(loaded, activity(9, counted(9)))).toBe(loaded);
    expect(hear(loaded, { type: "room.changed", room: theRoom })).toBe(loaded);
  });
});
