import type { OutboxItem, TimelineMessage } from "@tertulia/client/state";
import type { User } from "@tertulia/model/users";
import { beforeEach, describe, expect, it } from "vitest";
import type { RoomNotice } from "./room-notices";
import { rowsOf, type Row, type RowsInput } from "./rows-of";

const user = (name: string, kind: User["kind"] = "human"): User => ({ id: name, username: name, displayName: name, avatarUrl: null, kind });
const mira = user("mira");
const tomas = user("tomas");
const quill = user("quill", "assistant");

let seq = 0;
beforeEach(() => {
  seq = 0;
});

function said(author: User, time: string, more: Partial<TimelineMessage> = {}): TimelineMessage {
  seq += 1;
  const at = `2026-11-12T${time}:00.000Z`;
  return {
    key: `m${seq}`, id: `m${seq}`, roomId: "room", seq, clientId: null, author, role: author.kind === "assistant" ? "assistant" : "user", type: "text", content: "words",
    metadata: {}, replyTo: null, threadRootId: null, threadCount: 0, variants: [], attachments: [], reactions: [], mentions: [], mentionsRoom: false, status: "sent", run: null,
    editedAt: null, deletedAt: null, createdAt: at, updatedAt: at, ...more,
  };
}

const answer = (time: string, trigger: string, more: Partial<TimelineMessage> = {}) =>
  said(quill, time, { run: { id: `run${seq}`, status: "failed", model: "guide", triggerMessageId: trigger, askedBy: "mira", startedAt: null, endedAt: null, code: "AI_TIMEOUT", retryable: true, stoppedBy: null, usage: { inputTokens: null, outputTokens: null } }, ...more });

const sending = (clientId: string, time: string): OutboxItem => ({
  clientId, roomId: "room", content: "on its way", type: "text", replyToId: null, threadRootId: null, metadata: null, order: 1, createdAt: `2026-11-12T${time}:00.000Z`, status: "sending", refusal: null, retryAt: null,
});

const inUtc = (at: string) => at.slice(0, 10);
const read = (input: Partial<RowsInput>): Row[] =>
  rowsOf({ messages: [], sending: [], notices: [], hasBefore: false, me: mira.id, visit: { lastReadSeq: 1_000, headSeq: 1_000 }, dayOf: inUtc, ...input });
const shape = (rows: Row[]): string[] => rows.map((row) => (row.kind === "message" || row.kind === "unsent" ? `${row.key}${row.first ? " first" : ""}` : row.kind));

describe("[C31] the lines of a timeline", () => {
  it("stand under one name for words of one author within five minutes", () => {
    const messages = [said(tomas, "09:00"), said(tomas, "09:05"), said(tomas, "09:06"), said(mira, "09:06"), said(tomas, "09:06")];
    expect(shape(read({ messages }))).toEqual(["day", "m1 first", "m2", "m3 first", "m4 first", "m5 first"]);
  });

  it("begin anew with each day of the reader's zone", () => {
    const messages = [said(tomas, "22:59"), said(tomas, "23:01")];
    const inMadrid = (at: string) => new Date(at).toLocaleDateString("en-CA", { timeZone: "Europe/Madrid" });
    expect(shape(read({ messages, dayOf: inMadrid }))).toEqual(["day", "m1 first", "day", "m2 first"]);
    expect(shape(read({ messages }))).toEqual(["day", "m1 first", "m2"]);
  });

  it("give every answer of an assistant its own name and model", () => {
    expect(shape(read({ messages: [answer("09:00", "a"), answer("09:01", "b")] }))).toEqual(["day", "m1 first", "m2 first"]);
  });

  it("part at a line of the room itself, which stands where it happened", () => {
    const messages = [said(tomas, "09:00"), said(tomas, "09:02")];
    const joined = (at: string): RoomNotice => ({ kind: "joined", key: `joined ${at}`, at: `2026-11-12T${at}:00.000Z`, userId: "wen", name: "wen" });
    expect(shape(read({ messages, notices: [joined("08:00"), joined("09:01"), joined("09:03")] }))).toEqual(["day", "notice", "m1 first", "notice", "m2 first", "notice"]);
    expect(shape(read({ notices: [joined("09:00")] }))).toEqual(["day", "notice"]);
  });
});

describe("[C10] the New line", () => {
  const messages = () => [said(tomas, "09:00"), said(mira, "09:01"), said(tomas, "09:02"), said(tomas, "09:03")];

  it("stands before the first unread message of someone else and counts them", () => {
    const rows = read({ messages: messages(), visit: { lastReadSeq: 1, headSeq: 4 } });
    expect(shape(rows)).toEqual(["day", "m1 first", "m2 first", "new", "m3 first", "m4"]);
    expect(rows[3]).toMatchObject({ count: 2, orMore: false });
  });

  it("stays as it was when I came in, whatever arrives after", () => {
    const rows = read({ messages: [...messages(), said(tomas, "09:04")], visit: { lastReadSeq: 1, headSeq: 4 } });
    expect(rows.find((row) => row.kind === "new")).toMatchObject({ count: 2 });
  });

  it("says that there may be more when the first unread one isn't held here", () => {
    expect(read({ messages: messages(), hasBefore: true, visit: { lastReadSeq: 0, headSeq: 4 } })[1]).toMatchObject({ kind: "new", orMore: true });
  });

  it("isn't there when all is read, or when only I spoke or words were taken back", () => {
    expect(shape(read({ messages: messages(), visit: { lastReadSeq: 4, headSeq: 4 } }))).not.toContain("new");
    const mine = [said(tomas, "09:00"), said(mira, "09:01"), said(tomas, "09:02", { deletedAt: "2026-11-12T09:03:00.000Z" })];
    expect(shape(read({ messages: mine, visit: { lastReadSeq: 5, headSeq: 7 } }))).not.toContain("new");
  });
});

describe("[C2] what I'm still sending", () => {
  it("stands below what was said, in its order, in my group", () => {
    const messages = [said(tomas, "09:00"), said(mira, "09:01")];
    expect(shape(read({ messages, sending: [sending("a", "09:02"), sending("b", "09:02")] }))).toEqual(["day", "m1 first", "m2 first", "a", "b"]);
  });

  it("isn't shown twice once its message is here, and keeps its key", () => {
    const messages = [said(mira, "09:01", { key: "a", clientId: "a" })];
    expect(shape(read({ messages, sending: [sending("a", "09:01"), sending("b", "09:02")] }))).toEqual(["day", "a first", "b"]);
  });
});

describe("[C13] answers to one message", () => {
  it("can be asked for again at the newest alone", () => {
    const rows = read({ messages: [answer("09:00", "m0"), answer("09:01", "other"), answer("09:02", "m0")] });
    expect(rows.flatMap((row) => (row.kind === "message" ? [row.newestAttempt] : []))).toEqual([false, true, true]);
  });
});
