import type { RoomEvent } from "@tertulia/model/events";
import type { Message } from "@tertulia/model/messages";
import type { User } from "@tertulia/model/users";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, idOf, member, message, mira, posted, quill, roomId, snapshot, theRoom, tomas, wen } from "../../test/a-room.ts";
import type { RoomState } from "../state.ts";
import { opened, trimmed, unopened, withEvents, withMemberPage, withNews, withOlder, withPresence, withReads, withTyping } from "./room-state.ts";
import type { KeyOf } from "./timeline.ts";

const keyOf: KeyOf = ({ id }) => id;
const openedWith = (...messages: Message[]) => opened(unopened, snapshot(messages, messages.at(-1)?.seq ?? 0), keyOf);

/** A room as the server keeps it: its rows now, and the log of what happened, each event with the row as it was then. */
class Log {
  rows: Message[] = [];
  events: RoomEvent[] = [];

  get head(): number {
    return this.events.length;
  }

  do({ kind, pick }: Deed): void {
    const seq = this.head + 1;
    const row = this.rows[pick % Math.max(1, this.rows.length)];
    if (kind === "post" || !row) return this.#add(message(seq, pick % 2 ? mira : tomas, `words ${seq}`, row && pick % 3 === 0 ? { replyTo: quoteOf(row) } : {}));
    if (row.deletedAt !== null) return;
    if (kind === "edit") return this.#change({ ...row, content: `edited ${seq}`, editedAt: at(seq), updatedAt: at(seq) }, "message.edited");
    this.#replace({ ...row, content: "", metadata: {}, mentions: [], deletedAt: at(seq), updatedAt: at(seq) });
    this.events.push({ type: "message.deleted", messageId: row.id, roomId, seq, at: at(seq), actorId: mira.id });
  }

  #add(row: Message): void {
    this.rows.push(row);
    this.events.push(posted(row));
  }

  #change(row: Message, type: "message.edited"): void {
    this.#replace(row);
    this.events.push({ type, message: row, roomId, seq: this.head + 1, at: at(this.head + 1), actorId: mira.id });
  }

  #replace(row: Message): void {
    this.rows = this.rows.map((held) => (held.id === row.id ? row : held.replyTo?.id === row.id ? { ...held, replyTo: quoteOf(row) } : held));
  }
}

const quoteOf = ({ id, author, content }: Message) => ({ id, author, excerpt: content });

interface Deed {
  kind: "post" | "edit" | "delete";
  pick: number;
}

const deeds = fc.array(fc.record({ kind: fc.constantFrom("post" as const, "edit" as const, "delete" as const), pick: fc.nat(50) }), { maxLength: 40 });
const PAGE = 4;

describe("a room's state", () => {
  it("is what a fresh fetch shows, however events are batched, repeated and crossed by an older page", () => {
    fc.assert(
      fc.property(deeds, deeds, fc.array(fc.nat(6), { minLength: 1 }), fc.nat(), fc.nat(), (before, after, sizes, pageReadAt, pageComesAt) => {
        const log = new Log();
        for (const deed of before) log.do(deed);
        let state = opened(unopened, snapshot(log.rows.slice(-PAGE), log.head, log.rows.length > PAGE), keyOf);
        const oldest = state.messages[0]?.seq ?? 0;
        const openedAt = log.head;

        const pages: { items: Message[]; headSeq: number }[] = [];
        const pageNow = () => ({ items: log.rows.filter(({ seq }) => seq < oldest), headSeq: log.head });
        pages.push(pageNow());
        for (const deed of after) {
          log.do(deed);
          pages.push(pageNow());
        }

        const page = pages[pageReadAt % pages.length];
        const since: RoomEvent[] = [];
        let cursor = openedAt;
        let batches = 0;
        const pageArrives = () => {
          if (state.hasBefore && page) state = withOlder(state, { ...page, hasBefore: false, hasAfter: true }, since, keyOf);
        };
        while (cursor < log.head) {
          if (batches === pageComesAt % 10) pageArrives();
          const size = sizes[batches++ % sizes.length] ?? 0;
          // Each batch begins with some of what came before, as after a resume.
          const batch = log.events.slice(Math.max(openedAt, cursor - size), cursor + size + 1);
          since.push(...batch);
          state = withEvents(state, batch, keyOf);
          cursor = state.headSeq;
        }
        pageArrives();

        expect(state.headSeq).toBe(log.head);
        expect(state.messages.map(({ key: _, ...row }) => row)).toEqual(log.rows);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the identity of every message that didn't change", () => {
    const state = openedWith(message(1, mira, "Tea?"), message(2, tomas, "Please."));
    const edited = { ...message(2, tomas, "Coffee, please."), editedAt: at(3) };
    const next = withEvents(state, [{ type: "message.edited", message: edited, roomId, seq: 3, at: at(3), actorId: tomas.id }], keyOf);
    expect(next.messages[0]).toBe(state.messages[0]);
    expect(next.messages[1]).toMatchObject({ content: "Coffee, please." });
    expect(next.members).toBe(state.members);
    expect(next.room).toBe(state.room);
  });

  it("keeps what is on screen when a fresh snapshot shows the same", () => {
    const state = openedWith(message(1, mira, "Tea?"));
    const again = opened(state, snapshot([message(1, mira, "Tea?")], 1), keyOf);
    expect(again.messages).toBe(state.messages);
    expect(again.me).toBe(state.me);
  });

  it("gives a message the place of its seq, though its answer overtook what was said before it", () => {
    const state = openedWith(message(1, mira, "One"));
    const mine = withNews(state, message(3, tomas, "Three"), keyOf);
    const all = withEvents(mine, [posted(message(2, mira, "Two")), posted(message(3, tomas, "Three"))], keyOf);
    expect(all.messages.map(({ content }) => content)).toEqual(["One", "Two", "Three"]);
    expect(all.messages[2]).toBe(mine.messages[1]);
  });

  it("keeps what became of my message when the answer that it's stored comes late", () => {
    const edited = message(2, tomas, "Two, edited", { editedAt: at(3) });
    const state = withEvents(openedWith(message(1, mira, "One")), [posted(message(2, tomas, "Two")), { ...base(3), type: "message.edited", message: edited }], keyOf);
    expect(withNews(state, message(2, tomas, "Two"), keyOf)).toBe(state);
  });

  it("leaves out news of messages older than the window", () => {
    const state = opened(unopened, snapshot([message(8, mira, "Eight")], 9, true), keyOf);
    const edited = message(2, mira, "Two, edited");
    const next = withEvents(state, [{ type: "message.edited", message: edited, roomId, seq: 10, at: at(10), actorId: mira.id }], keyOf);
    expect(next.messages).toBe(state.messages);
    expect(next.headSeq).toBe(10);
  });

  it("leaves a tombstone where a message was deleted", () => {
    const next = withEvents(openedWith(message(1, mira, "Oops")), [{ type: "message.deleted", messageId: idOf(1), roomId, seq: 2, at: at(2), actorId: mira.id }], keyOf);
    expect(next.messages).toMatchObject([{ id: idOf(1), content: "", deletedAt: at(2) }]);
  });

  it("follows who comes, goes and changes role", () => {
    const joined = withEvents(openedWith(), [{ ...base(1), type: "member.joined", user: wen, memberCount: 3 }], keyOf);
    expect(joined.members.map(({ user }) => user.username)).toEqual(["mira", "tomas", "wen"]);
    expect(joined.room?.memberCount).toBe(3);
    const changed = withEvents(joined, [{ ...base(2), type: "member.changed", userId: tomas.id, role: "ADMIN" }], keyOf);
    expect(changed.me?.role).toBe("ADMIN");
    const left = withEvents(changed, [{ ...base(3), type: "member.left", user: wen, memberCount: 2 }], keyOf);
    expect(left.members.map(({ user }) => user.username)).toEqual(["mira", "tomas"]);
  });

  it("shows who is there, though they left, came or changed role while more members were asked for", () => {
    const bob = { ...wen, id: idOf(500), username: "bob" };
    const page = { items: [member(wen), member(bob)], nextCursor: null };
    const meanwhile: RoomEvent[] = [
      { ...base(1), type: "member.left", user: wen, memberCount: 3 },
      { ...base(2), type: "member.changed", userId: bob.id, role: "ADMIN" },
      { ...base(3), type: "member.joined", user: quill, memberCount: 4 },
    ];
    const state = withMemberPage(withEvents(openedWith(), meanwhile, keyOf), page, meanwhile);
    expect(state.members.map(({ user, role }) => `${user.username} ${role}`)).toEqual(["mira MEMBER", "tomas MEMBER", "quill MEMBER", "bob ADMIN"]);
    expect(state).toMatchObject({ hasMoreMembers: false, room: { memberCount: 4 } });
  });

  it("is gone when I'm removed, when I leave and when it's deleted, with what was there", () => {
    const state = openedWith(message(1, mira, "Tea?"));
    const ended = (news: RoomEvent): RoomState => withEvents(state, [news], keyOf);
    expect(ended({ ...base(2), type: "member.left", user: tomas, memberCount: 1, removedBy: mira.id })).toMatchObject({ status: "gone", goneBecause: "removed" });
    expect(ended({ ...base(2), type: "member.left", user: tomas, memberCount: 1 })).toMatchObject({ status: "gone", goneBecause: "left" });
    expect(ended({ ...base(2), type: "room.deleted" })).toMatchObject({ status: "gone", goneBecause: "deleted" });
    expect(ended({ ...base(2), type: "room.deleted" }).messages).toBe(state.messages);
  });

  it("takes its title and settings from an update", () => {
    const next = withEvents(openedWith(), [{ ...base(1), type: "room.updated", room: { ...theRoom, title: "Coffee" }, changes: { title: "Coffee" } }], keyOf);
    expect(next.room?.title).toBe("Coffee");
  });

  it("never shows me among those who type, and forgets a typist who has spoken", () => {
    const typing = (user: User) => ({ userId: user.id, username: user.username, typing: true });
    const state = withTyping(openedWith(), [typing(mira), typing(tomas), typing(quill)]);
    expect(state.typists.map(({ username }) => username)).toEqual(["mira", "quill"]);
    expect(withTyping(state, [typing(mira)])).toBe(state);
    expect(withEvents(state, [posted(message(1, mira, "Tea?"))], keyOf).typists.map(({ username }) => username)).toEqual(["quill"]);
  });

  it("moves read positions forward only", () => {
    const state = withReads(openedWith(), [{ userId: mira.id, seq: 5, at: at(5) }, { userId: tomas.id, seq: 4, at: at(4) }]);
    expect(state.me?.lastReadSeq).toBe(4);
    expect(withReads(state, [{ userId: mira.id, seq: 3, at: at(3) }])).toBe(state);
    expect(withReads(state, [{ userId: mira.id, seq: 6, at: at(6) }]).reads).toMatchObject([{ seq: 6 }, { seq: 4 }]);
  });

  it("forgets whom the first frame of presence doesn't name", () => {
    const here = (user: User) => ({ userId: user.id, status: "online" as const, lastSeen: null, currentRoomId: null });
    const state = withPresence(openedWith(), [here(mira), here(wen)], true);
    const again = withPresence(state, [here(mira)], true);
    expect(Object.keys(again.presence)).toEqual([mira.id]);
    expect(again.presence[mira.id]).toBe(state.presence[mira.id]);
    expect(withPresence(again, [here(mira)], false)).toBe(again);
  });

  it("keeps the newest messages of a room that is closed", () => {
    const state = openedWith(...[1, 2, 3, 4].map((seq) => message(seq, mira, `${seq}`)));
    expect(trimmed(state, 2)).toMatchObject({ hasBefore: true, messages: [{ seq: 3 }, { seq: 4 }] });
    expect(trimmed(state, 4).hasBefore).toBe(false);
  });
});

const base = (seq: number) => ({ roomId, seq, at: at(seq), actorId: mira.id });
