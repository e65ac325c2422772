import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openStage, type Stage } from "../test/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const Page = z.object({ items: z.array(z.object({ userId: z.uuid(), role: z.string(), user: z.object({ username: z.string() }) })), nextCursor: z.string().nullable() });
const listed = async (path: string, query = "") => Page.parse((await stage.ask(stage.mira, "GET", `${path}/participants${query}`)).data);
const inIt = async (path: string) => (await listed(path)).items.map(({ user, role }) => `${user.username} ${role}`);

test("whoever is in a conversation is listed by name, page by page", async () => {
  const path = await stage.conversation({ participantIds: [stage.tomas.account.id, stage.quill.id] });
  expect(await inIt(path)).toEqual(["mira OWNER", `${stage.quill.username} MEMBER`, "tomas MEMBER"]);
  const { items, nextCursor } = await listed(path, "?limit=2");
  expect(items).toHaveLength(2);
  expect((await listed(path, `?limit=2&cursor=${nextCursor}`)).items.map(({ user }) => user.username)).toEqual(["tomas"]);
});

test("someone is brought in by an OWNER or ADMIN, and stays as they are if they are in it", async () => {
  const { ask, mira, tomas, wen } = stage;
  const path = await stage.conversation();
  const bring = (who: typeof mira) => ask(who, "POST", `${path}/participants`, { body: { userId: wen.account.id } });
  const refused = await bring(tomas);
  expect([refused.status, refused.failure.error]).toEqual([403, "No permission to add participants to this conversation"]);
  for (const status of [201, 200]) {
    const answer = await bring(mira);
    expect([answer.status, answer.data]).toMatchObject([status, { conversationId: path.split("/")[2], userId: wen.account.id, role: "MEMBER", user: { username: "wen" } }]);
  }
  const unknown = await ask(mira, "POST", `${path}/participants`, { body: { userId: path.split("/")[2] } });
  expect([unknown.status, unknown.failure.error]).toEqual([404, "User not found"]);
});

test("someone is brought in as an ADMIN by the OWNER alone, and only people are", async () => {
  const { ask, mira, tomas, wen, quill } = stage;
  const path = await stage.conversation();
  const bring = (who: typeof mira, userId: string, role: string) => ask(who, "POST", `${path}/participants`, { body: { userId, role } });
  await ask(mira, "PATCH", `${path}/participants/${tomas.account.id}`, { body: { role: "ADMIN" } });
  expect((await bring(tomas, wen.account.id, "ADMIN")).status).toBe(403);
  for (const [userId, role, reason] of [[quill.id, "ADMIN", "INVALID_VALUE"], [wen.account.id, "OWNER", "INVALID_ENUM_VALUE"]] as const) expect((await bring(mira, userId, role)).failure.details).toEqual({ field: "role", reason });
  expect(await inIt(path)).toEqual(["mira OWNER", "tomas ADMIN"]);
  expect((await bring(mira, wen.account.id, "ADMIN")).data).toMatchObject({ role: "ADMIN" });
  expect((await bring(tomas, quill.id, "MEMBER")).data).toMatchObject({ role: "MEMBER" });
  const again = await bring(mira, wen.account.id, "MEMBER");
  expect([again.status, again.data]).toMatchObject([200, { role: "ADMIN" }]);
});

test("roles are the OWNER's to give, and another OWNER takes it over", async () => {
  const { ask, mira, tomas } = stage;
  const path = await stage.conversation();
  const give = (who: typeof mira, to: typeof mira, role: string) => ask(who, "PATCH", `${path}/participants/${to.account.id}`, { body: { role } });
  expect((await give(tomas, tomas, "ADMIN")).failure.error).toBe("No permission to change roles in this conversation");
  expect((await give(mira, tomas, "ADMIN")).data).toMatchObject({ role: "ADMIN" });
  expect((await give(mira, stage.wen, "ADMIN")).failure.error).toBe("Participant not found");
  expect((await give(mira, tomas, "KING")).failure.details).toEqual({ field: "role", reason: "INVALID_ENUM_VALUE" });
  await give(mira, tomas, "OWNER");
  expect(await inIt(path)).toEqual(["mira ADMIN", "tomas OWNER"]);
});

test("anyone leaves, but for the last OWNER; others are put out by OWNER and ADMINs", async () => {
  const { ask, mira, tomas, wen } = stage;
  const path = await stage.conversation();
  const put = (who: typeof mira, out: typeof mira) => ask(who, "DELETE", `${path}/participants/${out.account.id}`);
  expect((await put(tomas, mira)).failure.error).toBe("No permission to remove participants from this conversation");
  const last = await put(mira, mira);
  expect([last.status, last.failure]).toMatchObject([409, { code: "CONFLICT", details: { reason: "LAST_OWNER" } }]);
  expect((await put(mira, wen)).failure.error).toBe("Participant not found");
  expect((await put(tomas, tomas)).json).toEqual({ success: true, message: "Participant removed successfully" });
  expect(await inIt(path)).toEqual(["mira OWNER"]);
});
