import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { idIn } from "../test/ask.ts";
import { openStage, type Stage } from "../test/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const Page = z.object({
  items: z.array(z.looseObject({ id: z.uuid(), seq: z.int(), content: z.string(), status: z.string() })),
  nextCursor: z.string().nullable(),
  previousCursor: z.string().nullable(),
  headSeq: z.int(),
});
const UNKNOWN = "01a1f883-8af9-710f-9096-e5fbf63e12fd";

describe("a message", () => {
  test("is posted, with all that its sender says of it", async () => {
    const { ask, mira, tomas, conversation, say } = stage;
    const path = await conversation();
    const parentId = await say(tomas, path);
    const key = randomUUID();
    const answer = await ask(mira, "POST", `${path}/messages`, { body: { content: "**Green**", type: "MARKDOWN", parentId, metadata: { sugar: [1, { lumps: null }] } }, headers: { "idempotency-key": key } });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      conversationId: path.split("/")[2], userId: mira.account.id, author: { username: "mira", displayName: "Mira" }, content: "**Green**", role: "USER", type: "MARKDOWN", metadata: { sugar: [1, { lumps: null }] },
      parentId, threadId: null, status: "SENT", isEdited: false, isDeleted: false, editedAt: null, attachments: [], reactions: [], seq: 4, clientId: key, run: null,
    });
  });

  test("[M3] is posted once under a key, for ever, and never with other content", async () => {
    const { ask, mira, conversation } = stage;
    const path = await conversation();
    const headers = { "idempotency-key": randomUUID() };
    const post = (content: string) => ask(mira, "POST", `${path}/messages`, { body: { content }, headers });
    const posted = [...(await Promise.all([post("Tea?"), post("Tea?")])), await post("Tea?")];
    expect(posted.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(posted.map(idIn)).size).toBe(1);
    const other = await post("Coffee?");
    expect([other.status, other.failure]).toMatchObject([409, { code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } }]);
    expect(Page.parse((await ask(mira, "GET", `${path}/messages`)).data).items).toHaveLength(1);
  });

  test("is taken as it is answered: with null for what it hasn't, and no attachments", async () => {
    const { ask, mira, conversation } = stage;
    const path = await conversation();
    const post = (more: object) => ask(mira, "POST", `${path}/messages`, { body: { content: "Tea?", type: "TEXT", ...more } });
    expect((await post({ parentId: null, threadId: null, metadata: null, attachments: [] })).data).toMatchObject({ parentId: null, threadId: null, metadata: {}, attachments: [] });
    expect((await post({ attachments: [UNKNOWN] })).failure.details).toMatchObject({ field: "attachments" });
  });

  test("sent again under its key is answered as it is now: READ once everyone else has read it", async () => {
    const { ask, mira, tomas, conversation } = stage;
    const path = await conversation();
    const post = () => ask(mira, "POST", `${path}/messages`, { body: { content: "Tea?" }, headers: { "idempotency-key": "tea" } });
    expect((await post()).data).toMatchObject({ status: "SENT" });
    await ask(tomas, "POST", `${path}/read`);
    expect((await post()).data).toMatchObject({ status: "READ" });
  });

  test("without a key is another each time", async () => {
    const { mira, conversation, say } = stage;
    const path = await conversation();
    expect(await say(mira, path)).not.toBe(await say(mira, path));
  });

  test("[M5] [B5] has up to 10,000 characters of any script, posted or edited", async () => {
    const { ask, mira, conversation } = stage;
    const path = await conversation();
    const [most, more] = ["汉".repeat(10_000), "汉".repeat(10_001)];
    const id = idIn(await ask(mira, "POST", `${path}/messages`, { body: { content: most } }));
    for (const answer of [await ask(mira, "POST", `${path}/messages`, { body: { content: more } }), await ask(mira, "PATCH", `/messages/${id}`, { body: { content: more } })]) {
      expect([answer.status, answer.failure.details]).toEqual([400, { field: "content", reason: "STRING_TOO_LONG", limit: 10_000 }]);
    }
    expect((await ask(mira, "PATCH", `/messages/${id}`, { body: { content: "字".repeat(10_000) } })).status).toBe(200);
  });

  test.each([
    ["nothing to see [B2]", { content: "\u200b\u202e \u3164" }, { field: "content", reason: "REQUIRED_FIELD" }],
    ["no content [B2]", {}, { field: "content", reason: "REQUIRED_FIELD" }],
    ["a type of the server's [B6]", { content: "x", type: "SYSTEM" }, { field: "type", reason: "INVALID_ENUM_VALUE" }],
    ["a type in lower case", { content: "x", type: "text" }, { field: "type", reason: "INVALID_ENUM_VALUE" }],
    ["a nil parent [B4]", { content: "x", parentId: "00000000-0000-0000-0000-000000000000" }, { field: "parentId", reason: "INVALID_UUID" }],
    ["a parent that is no id [B4]", { content: "x", parentId: "7" }, { field: "parentId", reason: "INVALID_UUID" }],
    ["metadata too deep [B21]", { content: "x", metadata: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } } }, { field: "metadata", reason: "INVALID_VALUE" }],
    ["metadata too large [B21]", { content: "x", metadata: { a: "x".repeat(8_200) } }, { field: "metadata", reason: "STRING_TOO_LONG", limit: 8_192 }],
    ["another author [B36]", { content: "x", userId: UNKNOWN }, { field: "userId", reason: "INVALID_VALUE" }],
    ["an assistant's role [B36]", { content: "x", role: "ASSISTANT" }, { field: "role", reason: "INVALID_VALUE" }],
    ["a seq of its own [B36]", { content: "x", seq: 1 }, { field: "seq", reason: "INVALID_VALUE" }],
  ])("isn't posted with %s", async (_what, body, details) => {
    const answer = await stage.ask(stage.mira, "POST", `/conversations/${stage.room.id}/messages`, { body });
    expect([answer.status, answer.failure]).toMatchObject([400, { code: "VALIDATION_FAILED", details }]);
  });

  test.each(["", "two words", "né", "x".repeat(129)])("isn't posted under the key %j", async (key) => {
    const answer = await stage.ask(stage.mira, "POST", `/conversations/${stage.room.id}/messages`, { body: { content: "x" }, headers: { "idempotency-key": Buffer.from(key).toString("latin1") } });
    expect([answer.status, answer.failure.details]).toMatchObject([400, { field: "idempotency-key" }]);
  });

  test("[B13] replies to nothing of another conversation", async () => {
    const { ask, mira, conversation, say } = stage;
    const parentId = await say(mira, await conversation());
    for (const body of [{ content: "x", parentId }, { content: "x", threadId: parentId }]) {
      const answer = await ask(mira, "POST", `${await conversation()}/messages`, { body });
      expect([answer.status, answer.failure]).toMatchObject([404, { error: "Message not found", code: "MESSAGE_NOT_FOUND", details: { messageId: parentId } }]);
    }
  });

  test("[L1] of which there were too many is refused with 429; one that was posted before isn't", async () => {
    await using limited = await openStage({ postsPerMinute: 2 });
    const { ask, mira, conversation } = limited;
    const path = await conversation();
    const post = (key: string) => ask(mira, "POST", `${path}/messages`, { body: { content: "Tea?" }, headers: { "idempotency-key": key } });
    const first = await post("1");
    await post("2");
    const refused = await post("3");
    expect([refused.status, refused.failure]).toMatchObject([429, { code: "RATE_LIMITED", details: { limit: 2, resetAt: expect.any(String), retryAfterMs: expect.any(Number) } }]);
    expect(Number(refused.headers.get("retry-after"))).toBe(Math.ceil(Number(refused.failure.details["retryAfterMs"]) / 1_000));
    expect((await post("1")).data).toEqual(first.data);
  });

  test("is edited by its author, whom alone it says so", async () => {
    const { ask, mira, tomas, wen, conversation, say } = stage;
    const path = await conversation();
    const id = await say(tomas, path);
    const edit = (who: typeof mira, message = id) => ask(who, "PATCH", `/messages/${message}`, { body: { content: "Green tea?" } });
    const answer = await edit(tomas);
    expect(answer.data).toMatchObject({ id, content: "Green tea?", isEdited: true, editedAt: expect.any(String), seq: 3 });
    expect([(await edit(mira)).status, (await edit(mira)).failure]).toMatchObject([403, { error: "No permission to update this message", code: "PERMISSION_DENIED" }]);
    for (const [who, message] of [[wen, id], [tomas, UNKNOWN]] as const) expect([(await edit(who, message)).status, (await edit(who, message)).failure.error]).toEqual([404, "Message not found"]);
  });

  test("[B12] is deleted by its author and by whoever keeps order, once", async () => {
    const { ask, mira, tomas, wen, conversation, say } = stage;
    const path = await conversation();
    const [his, hers] = [await say(tomas, path), await say(mira, path)];
    const remove = (who: typeof mira, id: string) => ask(who, "DELETE", `/messages/${id}`);
    const refused = await remove(tomas, hers);
    expect([refused.status, refused.failure.error]).toEqual([403, "No permission to delete this message"]);
    expect((await remove(wen, hers)).failure.error).toBe("Message not found");
    expect((await remove(mira, his)).json).toEqual({ success: true, message: "Message deleted successfully" });
    expect([(await remove(mira, his)).status, (await remove(mira, his)).failure.error]).toEqual([404, "Message not found"]);
    expect((await ask(tomas, "PATCH", `/messages/${his}`, { body: { content: "Still here" } })).status).toBe(404);
    expect(Page.parse((await ask(tomas, "GET", `${path}/messages`)).data).items[0]).toMatchObject({ id: his, content: "", isDeleted: true });
  });

  test("is READ once everyone else has read it", async () => {
    const { ask, mira, tomas, quill, wen, conversation, say } = stage;
    const path = await conversation({ participantIds: [tomas.account.id, wen.account.id, quill.id] });
    const [tea, cake] = [await say(mira, path, "Tea?"), await say(mira, path, "Cake?")];
    const statuses = async () => Page.parse((await ask(mira, "GET", `${path}/messages`)).data).items.map(({ status }) => status);
    expect((await ask(tomas, "POST", `${path}/read`)).json).toEqual({ success: true, message: "Conversation marked as read" });
    expect(await statuses()).toEqual(["SENT", "SENT"]);
    await ask(wen, "POST", `${path}/read`, { body: { messageId: tea } });
    expect(await statuses()).toEqual(["READ", "SENT"]);
    await ask(wen, "POST", `${path}/read`, { body: { messageId: cake } });
    expect(await statuses()).toEqual(["READ", "READ"]);
    await ask(wen, "POST", `${path}/read`, { body: { messageId: tea } });
    expect((await ask(mira, "PATCH", `/messages/${cake}`, { body: { content: "Scones?" } })).data).toMatchObject({ status: "READ" });
    expect((await ask(wen, "GET", path)).data).toMatchObject({ unreadCount: 0, lastReadSeq: 6 });
    expect((await ask(wen, "POST", `${path}/read`, { body: { messageId: UNKNOWN } })).failure.error).toBe("Message not found");
  });
});

describe("reactions", () => {
  test("are put there once, shown to all, and taken back", async () => {
    const { ask, mira, tomas, conversation, say } = stage;
    const path = await conversation();
    const messageId = await say(mira, path);
    const react = (who: typeof mira, emoji: string) => ask(who, "POST", `/messages/${messageId}/reactions`, { body: { emoji } });
    const answer = await react(tomas, "👍");
    expect([answer.status, answer.data]).toEqual([201, { messageId, userId: tomas.account.id, emoji: "👍" }]);
    const again = await react(tomas, "👍");
    expect([again.status, again.data]).toEqual([200, answer.data]);
    expect((await react(mira, "❤")).data).toMatchObject({ emoji: "❤️" });
    const shown = async () => Page.parse((await ask(mira, "GET", `${path}/messages`)).data).items[0]?.["reactions"];
    expect(await shown()).toEqual([{ emoji: "👍", userIds: [tomas.account.id], count: 1 }, { emoji: "❤️", userIds: [mira.account.id], count: 1 }]);
    for (let time = 0; time < 2; time++) {
      expect((await ask(mira, "DELETE", `/messages/${messageId}/reactions/${encodeURIComponent("❤️")}`)).json).toEqual({ success: true, message: "Reaction removed successfully" });
    }
    expect(await shown()).toEqual([{ emoji: "👍", userIds: [tomas.account.id], count: 1 }]);
  });

  test.each(["thumbs", "👍👍", "<b>", "", "x".repeat(1_000)])("[B55] %j is none", async (emoji) => {
    const { ask, mira, room, say } = stage;
    const messageId = await say(mira, `/conversations/${room.id}`);
    expect((await ask(mira, "POST", `/messages/${messageId}/reactions`, { body: { emoji } })).failure).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "emoji" } });
    expect((await ask(mira, "DELETE", `/messages/${messageId}/reactions/${encodeURIComponent(emoji || "x")}`)).status).toBe(400);
  });

  test("are for those who see the message", async () => {
    const { ask, mira, wen, room, say } = stage;
    const messageId = await say(mira, `/conversations/${room.id}`);
    const answer = await ask(wen, "POST", `/messages/${messageId}/reactions`, { body: { emoji: "👍" } });
    expect([answer.status, answer.failure.error]).toEqual([404, "Message not found"]);
  });
});

describe("the messages of a conversation", () => {
  let path: string;
  let ids: string[];
  beforeAll(async () => {
    path = await stage.conversation();
    ids = [];
    for (let nth = 1; nth <= 10; nth++) ids.push(await stage.say(stage.mira, path, `${nth}`));
  });
  const page = async (query: string) => Page.parse((await stage.ask(stage.tomas, "GET", `${path}/messages${query}`)).data);
  const shown = async (query: string) => (await page(query)).items.map(({ content }) => content).join(" ");

  test("begin with the newest page, the oldest in it first", async () => {
    expect(await page("?limit=3")).toMatchObject({ items: [{ content: "8", seq: 10 }, { content: "9" }, { content: "10" }], nextCursor: "10", previousCursor: null, headSeq: 12 });
    expect(await shown("")).toBe("1 2 3 4 5 6 7 8 9 10");
  });

  test("are walked through by cursors, to the oldest and back", async () => {
    const walked = [];
    let { nextCursor, previousCursor, items } = await page("?limit=4");
    for (; nextCursor !== null; ({ nextCursor, previousCursor, items } = await page(`?limit=4&before=${nextCursor}`))) walked.push(items.map(({ content }) => content).join(" "));
    walked.push(items.map(({ content }) => content).join(" "));
    expect(walked).toEqual(["7 8 9 10", "3 4 5 6", "1 2"]);
    for (; previousCursor !== null; ({ previousCursor, items } = await page(`?limit=4&after=${previousCursor}`))) walked.push(items.map(({ content }) => content).join(" "));
    expect([...walked.slice(3), items.map(({ content }) => content).join(" ")]).toEqual(["1 2", "3 4 5 6", "7 8 9 10"]);
  });

  test.each([
    ["before", 4, "1 2 3 4"], ["after", 7, "9 10"], ["around", 4, "3 4 5 6 7 8"],
  ])("are found %s a place, by its id and by its seq", async (where, at, expected) => {
    expect(await shown(`?limit=6&${where}=${ids[at]}`)).toBe(expected);
    expect(await shown(`?limit=6&${where}=${at + 3}`)).toBe(expected);
  });

  test("are found by a deleted one's place too", async () => {
    const gone = await stage.conversation();
    const [first, second] = [await stage.say(stage.mira, gone, "1"), await stage.say(stage.mira, gone, "2")];
    await stage.ask(stage.mira, "DELETE", `/messages/${first}`);
    expect(Page.parse((await stage.ask(stage.mira, "GET", `${gone}/messages?after=${first}`)).data).items.map(({ id }) => id)).toEqual([second]);
  });

  test("lead back to what there is from beyond both ends", async () => {
    expect(await page("?before=3&limit=5")).toMatchObject({ items: [], nextCursor: null, previousCursor: "2" });
    expect(await page("?after=99&limit=5")).toMatchObject({ items: [], nextCursor: "100", previousCursor: null });
    expect(await shown("?before=100&limit=2")).toBe("9 10");
    const { nextCursor } = await page("?after=9007199254740991");
    expect(await shown(`?before=${nextCursor}&limit=2`)).toBe("9 10");
    expect(await shown("?after=2&limit=2")).toBe("1 2");
  });

  test("have pages with numbers for those who count them, on which one goes on by cursor", async () => {
    expect([await shown("?page=1&limit=4"), await shown("?page=2&limit=4"), await shown("?page=3&limit=4"), await shown("?page=4&limit=4")]).toEqual(["7 8 9 10", "3 4 5 6", "1 2", ""]);
    const second = await page("?page=2&limit=4");
    expect(await shown(`?before=${second.nextCursor}`)).toBe("1 2");
    for (const number of ["0", "-1", "1.5", "x"]) expect((await stage.ask(stage.tomas, "GET", `${path}/messages?page=${number}`)).failure.details).toMatchObject({ field: "page" });
    expect((await stage.ask(stage.tomas, "GET", `${path}/messages?page=101&limit=100`)).status).toBe(200);
    expect((await stage.ask(stage.tomas, "GET", `${path}/messages?page=102&limit=100`)).failure.details).toEqual({ field: "page", reason: "INVALID_VALUE" });
  });

  test("[B11] come a hundred at a time at most, whatever is asked", async () => {
    expect((await page("?limit=1000000000")).items).toHaveLength(10);
    for (const limit of ["abc", "0", "-1", "1.5"]) expect((await stage.ask(stage.tomas, "GET", `${path}/messages?limit=${limit}`)).status).toBe(400);
  });

  test("are asked for at one place alone", async () => {
    for (const query of ["before=3&after=5", "around=3&page=2", "before=x", "after=-1", `before=${ids[0]}&before=${ids[1]}`]) {
      const answer = await stage.ask(stage.tomas, "GET", `${path}/messages?${query}`);
      expect([query, answer.status, answer.failure.code]).toEqual([query, 400, "VALIDATION_FAILED"]);
    }
    for (const [place, reason] of [["01a1f883", "INVALID_UUID"], ["00000000-0000-0000-0000-000000000000", "INVALID_UUID"], ["9007199254740992", "INVALID_VALUE"]]) {
      expect((await stage.ask(stage.tomas, "GET", `${path}/messages?around=${place}`)).failure.details).toEqual({ field: "around", reason });
    }
    const elsewhere = await stage.say(stage.mira, await stage.conversation());
    for (const id of [UNKNOWN, elsewhere]) expect((await stage.ask(stage.tomas, "GET", `${path}/messages?before=${id}`)).failure).toMatchObject({ error: "Message not found", details: { messageId: id } });
  });

  test("leave out the replies in threads, which have a list of their own", async () => {
    const [root = ""] = ids;
    await stage.ask(stage.tomas, "POST", `${path}/messages`, { body: { content: "aside", threadId: root } });
    expect(await shown("")).not.toContain("aside");
    expect(await shown(`?threadId=${root}`)).toBe("aside");
    expect((await page(`?threadId=${root}`)).items[0]).toMatchObject({ threadId: root, status: "SENT" });
    expect(await shown(`?threadId=${root}&page=2`)).toBe("");
  });
});
