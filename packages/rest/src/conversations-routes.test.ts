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

const Page = z.object({ items: z.array(z.object({ id: z.uuid(), title: z.string() })), nextCursor: z.string().nullable(), previousCursor: z.null() });
const UNKNOWN = "01a1f883-8af9-710f-9096-e5fbf63e12fd";

describe("a conversation", () => {
  test("is begun with nothing but a token, and then has a name and an owner", async () => {
    const { ask, wen } = stage;
    for (const asking of [{}, { body: {} }, { body: "", headers: { "content-type": "application/json" } }]) {
      const answer = await ask(wen, "POST", "/conversations", asking);
      expect(answer.status).toBe(201);
      expect(answer.data).toMatchObject({ kind: "room", title: "New conversation", description: "", isPrivate: false, hasPassword: false, participantCount: 1, headSeq: 1, unreadCount: 0, lastMessage: null, isArchived: false });
    }
    await ask(wen, "PATCH", "/users/me", { body: { locale: "zh-CN" } });
    expect((await ask(wen, "POST", "/conversations")).data).toMatchObject({ title: "新对话" });
  });

  test("is begun as one wishes, with those one wants in it", async () => {
    const { ask, mira, tomas, quill } = stage;
    const wishes = { title: "Cake", description: "On Sundays", isPrivate: true, password: "crumbs", settings: { assistantMode: "always", whoCanPost: "admins" } };
    const answer = await ask(mira, "POST", "/conversations", { body: { ...wishes, participantIds: [tomas.account.id, quill.id] } });
    expect(answer.data).toMatchObject({ title: "Cake", description: "On Sundays", isPrivate: true, hasPassword: true, participantCount: 3, settings: { assistantMode: "always", whoCanPost: "admins" } });
    expect(answer.text).not.toContain("crumbs");
  });

  test("with one other exists once; with an assistant as often as one likes", async () => {
    const { ask, mira, tomas, quill } = stage;
    const begin = (wishes: object) => ask(mira, "POST", "/conversations", { body: { title: null, description: null, password: null, ...wishes } });
    const direct = { kind: "dm", participantIds: [tomas.account.id] };
    const [first, again] = [await begin(direct), await begin(direct)];
    expect(first.data).toMatchObject({ kind: "dm", title: "", isPrivate: true, others: [{ username: "tomas" }] });
    expect(again.data).toEqual(first.data);
    expect([first.status, again.status]).toEqual([201, 200]);
    const chat = { kind: "assistant", participantIds: [quill.id] };
    expect([await begin(chat), await begin(chat)].map(idIn)).toSatisfy((ids: string[]) => ids[0] !== ids[1]);
  });

  test("is begun once under a key, at once or one after the other, and never with other content", async () => {
    const { ask, wen } = stage;
    const headers = { "idempotency-key": randomUUID() };
    const begin = () => ask(wen, "POST", "/conversations", { body: { title: "Once" }, headers });
    const made = [...(await Promise.all([begin(), begin(), begin()])), await begin()];
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(made.map(idIn)).size).toBe(1);
    const other = await ask(wen, "POST", "/conversations", { body: { title: "Twice" }, headers });
    expect([other.status, other.failure]).toMatchObject([409, { code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } }]);
    expect((await ask(wen, "POST", "/conversations", { headers: { "idempotency-key": "" } })).failure.details).toMatchObject({ field: "idempotency-key" });
  });

  test.each([
    ["an unknown setting", { settings: { loud: true } }, { field: "settings.loud", reason: "INVALID_VALUE" }],
    ["an unknown kind", { kind: "market" }, { field: "kind", reason: "INVALID_ENUM_VALUE" }],
    ["a nil id [B4]", { participantIds: ["00000000-0000-0000-0000-000000000000"] }, { field: "participantIds.0", reason: "INVALID_UUID" }],
    ["too long a password [B7]", { password: "x".repeat(101) }, { field: "password", reason: "STRING_TOO_LONG", limit: 100 }],
    ["an invisible title [B2]", { title: "\u3164" }, { field: "title", reason: "REQUIRED_FIELD" }],
    ["an owner [B36]", { ownerId: UNKNOWN }, { field: "ownerId", reason: "INVALID_VALUE" }],
    ["a direct message with nobody", { kind: "dm" }, { field: "participantIds", reason: "INVALID_VALUE" }],
  ])("isn't begun with %s", async (_what, body, details) => {
    const answer = await stage.ask(stage.mira, "POST", "/conversations", { body });
    expect([answer.status, answer.failure]).toMatchObject([400, { code: "VALIDATION_FAILED", details }]);
  });

  test("isn't begun with someone who doesn't exist", async () => {
    const answer = await stage.ask(stage.mira, "POST", "/conversations", { body: { participantIds: [UNKNOWN] } });
    expect([answer.status, answer.failure]).toMatchObject([404, { error: "User not found", code: "NOT_FOUND", details: { userId: UNKNOWN } }]);
  });

  test("is seen by whoever is in it, with their own numbers", async () => {
    const { ask, mira, tomas, conversation, say } = stage;
    const path = await conversation();
    await say(tomas, path, "Tea for @mira?");
    expect((await ask(mira, "GET", path)).data).toMatchObject({ headSeq: 3, unreadCount: 1, mentionCount: 1, lastReadSeq: 2, lastMessage: { seq: 3, excerpt: "Tea for @mira?", author: { username: "tomas" } } });
    expect((await ask(tomas, "GET", path)).data).toMatchObject({ headSeq: 3, unreadCount: 0, mentionCount: 0 });
  });

  test("is changed by its OWNER and ADMINs, in what they name", async () => {
    const { ask, mira, tomas, conversation } = stage;
    const path = await conversation({ description: "Green" });
    const answer = await ask(mira, "PATCH", path, { body: { title: "Coffee", settings: { assistantMode: "off" }, password: "beans" } });
    expect(answer.data).toMatchObject({ title: "Coffee", description: "Green", hasPassword: true, settings: { assistantMode: "off", whoCanPost: "everyone" } });
    expect((await ask(mira, "PATCH", path, { body: { password: null } })).data).toMatchObject({ hasPassword: false });
    const refused = await ask(tomas, "PATCH", path, { body: { title: "Mine" } });
    expect([refused.status, refused.failure]).toMatchObject([403, { error: "No permission to update this conversation", code: "PERMISSION_DENIED" }]);
    expect(refused.failure.details).toEqual({});
    expect((await ask(mira, "GET", path)).data).toMatchObject({ title: "Coffee" });
  });

  test("is deleted for everyone by its OWNER alone", async () => {
    const { ask, mira, tomas, conversation } = stage;
    const path = await conversation();
    expect((await ask(tomas, "DELETE", path)).failure.error).toBe("No permission to delete this conversation");
    expect((await ask(mira, "DELETE", path)).json).toEqual({ success: true, message: "Conversation deleted successfully" });
    for (const who of [mira, tomas]) expect((await ask(who, "GET", path)).status).toBe(404);
  });

  test("is archived for oneself alone", async () => {
    const { ask, mira, tomas, conversation } = stage;
    const path = await conversation({ title: "Old" });
    const titles = async (who: typeof mira, query: string) => Page.parse((await ask(who, "GET", `/conversations${query}`)).data).items.map(({ title }) => title);
    expect((await ask(mira, "POST", `${path}/archive`)).json).toEqual({ success: true, message: "Conversation archived successfully" });
    expect([await titles(mira, ""), await titles(mira, "?archived=true"), await titles(tomas, "?archived=false")]).toEqual([expect.not.arrayContaining(["Old"]), ["Old"], expect.arrayContaining(["Old"])]);
    expect((await ask(mira, "DELETE", `${path}/archive`)).json).toEqual({ success: true, message: "Conversation unarchived successfully" });
    expect(await titles(mira, "")).toContain("Old");
  });

  test("[J1] [J2] is joined if it is public, and again without effect", async () => {
    const { ask, mira, wen, conversation } = stage;
    const path = await conversation();
    for (const asking of [{}, { body: {} }]) expect((await ask(wen, "POST", `${path}/join`, asking)).data).toMatchObject({ participantCount: 3 });
    expect((await ask(mira, "GET", path)).data).toMatchObject({ participantCount: 3, headSeq: 3 });
  });

  test("[J4] is joined by its password, which is guessed five times a minute", async () => {
    const { ask, wen, conversation } = stage;
    const path = await conversation({ isPrivate: true, password: "oolong" });
    const guess = (password: string) => ask(wen, "POST", `${path}/join`, { body: { password } });
    expect((await ask(wen, "POST", `${path}/join`)).failure).toMatchObject({ code: "WRONG_PASSWORD" });
    for (let time = 0; time < 5; time++) expect((await guess("sencha")).status).toBe(403);
    const refused = await guess("oolong");
    expect([refused.status, refused.failure.code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(refused.headers.get("retry-after"))).toSatisfy((seconds: number) => seconds > 0 && seconds <= 60);
  });
});

describe("who isn't in it", () => {
  const routes: [method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object][] = [
    ["GET", ""], ["PATCH", "", { title: "Mine" }], ["DELETE", ""], ["POST", "/archive"], ["DELETE", "/archive"], ["POST", "/join"], ["GET", "/participants"],
    ["POST", "/participants", { userId: UNKNOWN }], ["PATCH", `/participants/${UNKNOWN}`, { role: "ADMIN" }], ["DELETE", `/participants/${UNKNOWN}`],
    ["GET", "/messages"], ["GET", `/messages?before=${UNKNOWN}`], ["GET", "/messages?page=2"], ["POST", "/messages", { content: "Hello?" }], ["POST", "/read"], ["POST", "/read", { messageId: UNKNOWN }],
  ];

  test.each(routes)("[B8] finds a private one as if it didn't exist: %s %s", async (method, path, body) => {
    const { ask, wen, conversation } = stage;
    const asking = body ? { body } : {};
    const told = [];
    for (const hidden of [await conversation({ isPrivate: true }), `/conversations/${UNKNOWN}`]) {
      const { status, headers, text } = await ask(wen, method, `${hidden}${path}`, asking);
      const id = hidden.split("/")[2] ?? "";
      const sameHeaders = [...headers].filter(([name]) => !["date", "x-request-id", "ratelimit-remaining", "ratelimit-reset"].includes(name));
      told.push({ status, sameHeaders, text: text.replaceAll(id, "ID").replaceAll(headers.get("x-request-id") ?? "", "REQUEST") });
    }
    expect(told[0]).toMatchObject({ status: 404, text: '{"success":false,"error":"Conversation not found","code":"ROOM_NOT_FOUND","details":{"conversationId":"ID"},"requestId":"REQUEST"}' });
    expect(told[1]).toEqual(told[0]);
  });

  test.each([
    ["GET", "/messages", undefined, "No permission to read messages in this conversation"],
    ["POST", "/messages", { content: "Hello?" }, "No permission to send message in this conversation"],
    ["PATCH", "", { title: "Mine" }, "No permission to update this conversation"],
    ["POST", "/read", undefined, "No permission to read messages in this conversation"],
  ] as const)("is told of a public one that they may not: %s %s", async (method, path, body, error) => {
    const answer = await stage.ask(stage.wen, method, `${await stage.conversation()}${path}`, body ? { body } : {});
    expect([answer.status, answer.failure]).toMatchObject([403, { error, code: "PERMISSION_DENIED" }]);
  });
});

describe("the list of mine", () => {
  test("has the newest activity first, and goes on by its cursor", async () => {
    const { ask, wen, say, conversation } = stage;
    const titles = ["One", "Two", "Three"];
    for (const title of titles) await ask(wen, "POST", `${await conversation({ title })}/join`);
    const mine = Page.parse((await ask(wen, "GET", "/conversations?limit=100")).data).items;
    const one = mine.find(({ title }) => title === "One");
    await say(wen, `/conversations/${one?.id}`);
    const seen = [];
    let cursor: string | null = "";
    do {
      const { items, nextCursor } = Page.parse((await ask(wen, "GET", `/conversations?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`)).data);
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    } while (cursor !== null);
    expect(seen[0]).toBe(one?.id);
    expect(seen.toSorted()).toEqual(mine.map(({ id }) => id).toSorted());
  });

  test.each(["abc", "0", "-1", "1.5", "", "1e3", "99999999999999999", "1&limit=2"])("[B11] of limit %s is refused", async (limit) => {
    const answer = await stage.ask(stage.mira, "GET", `/conversations?limit=${limit}`);
    expect([answer.status, answer.failure]).toMatchObject([400, { code: "VALIDATION_FAILED", details: { field: "limit" } }]);
  });

  test("refuses a cursor that nobody was given, and a question it doesn't know", async () => {
    for (const cursor of ["x", "%00", encodeURIComponent("' or 1=1 --")]) expect((await stage.ask(stage.mira, "GET", `/conversations?cursor=${cursor}`)).failure.details).toMatchObject({ field: "cursor" });
    expect((await stage.ask(stage.mira, "GET", "/conversations?owner=me")).failure.details).toEqual({ field: "owner", reason: "INVALID_VALUE" });
    expect((await stage.ask(stage.mira, "GET", "/conversations?archived=maybe")).failure.details).toEqual({ field: "archived", reason: "INVALID_ENUM_VALUE" });
  });
});
