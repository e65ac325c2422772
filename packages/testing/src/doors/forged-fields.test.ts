import { Account } from "@tertulia/model/users";
import type { Id } from "@tertulia/model/ids";
import { v7 as newId } from "uuid";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Visit } from "./door.ts";
import { heardBy } from "./facts.ts";
import { House } from "./house.ts";
import { protocolDoor } from "./protocol-door.ts";
import { restDoor } from "./rest-door.ts";

// What no client may say of itself, of a message or of a room. That tRPC refuses each procedure's unknown fields stands beside its router.
const forged = {
  id: newId(), userId: newId(), user_id: newId(), authorId: newId(), conversationId: newId(), seq: 1, role: "ADMIN", senderType: "assistant", kind: "system", status: "READ",
  isAdmin: true, isEdited: true, isDeleted: true, createdAt: "2001-01-01T00:00:00Z", created_at: "2001-01-01T00:00:00Z", clientId: "forged", headSeq: 0, memberCount: 0, passwordHash: "x", constructor: {},
};

const UNKNOWN = "01a1f883-8af9-710f-9096-e5fbf63e12fd";

let house: House;
let room: Id;
let messageId: Id;
let mira: Visit;
let operations: Operation[];

beforeAll(async () => {
  house = await House.open();
  room = await house.newRoom();
  mira = await house.visit(restDoor, house.cast.mira);
  ({ id: messageId } = await mira.post(room, "Tea?"));
  operations = operationsIn(OpenApi.parse(await (await fetch(`${house.url}/api/v1/openapi.json`)).json()));
});
afterAll(() => house[Symbol.asyncDispose]());

/** A body that each route takes. */
const bodies: Record<string, object> = {
  register: { email: "a@tertulia.test", username: "anna", password: "anna likes long walks" },
  login: { username: "mira", password: "mira likes long walks" },
  createToken: { name: "kettle" },
  updateMe: { displayName: "Mira" },
  createConversation: { title: "Cake" },
  updateConversation: { title: "Tea" },
  joinConversation: {},
  addParticipant: { userId: UNKNOWN },
  updateParticipant: { role: "MEMBER" },
  postMessage: { content: "Tea?" },
  editMessage: { content: "Tea!" },
  addReaction: { emoji: "👍" },
  markAsRead: {},
  regenerateAnswer: {},
  announce: { message: "Cake in the kitchen" },
};

describe("[B36] through REST", () => {
  test("every route that takes a body stands in the table", () => {
    expect(Object.keys(bodies).toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted());
  });

  test.each(Object.keys(bodies))("%s refuses every field that isn't its own", async (operationId) => {
    const { method, path, own } = operationOf(operationId);
    const taken: unknown[] = [];
    for (const [field, value] of Object.entries(forged)) {
      if (own.includes(field)) continue;
      const { status, answer } = await ask(method, path, { ...bodies[operationId], [field]: value });
      if (status !== 400 || answer.code !== "VALIDATION_FAILED" || answer.details?.["field"] !== field) taken.push({ field, status, answer });
    }
    expect(taken).toEqual([]);
  });

  test("nobody makes themselves an administrator", async () => {
    await ask("PATCH", "/users/me", { displayName: "Tomas", role: "ADMIN" }, house.cast.tomas.token);
    const { answer } = await ask("GET", "/auth/me", undefined, house.cast.tomas.token);
    expect(Account.parse(answer.data)).toMatchObject({ displayName: "Tomas", role: "USER" });
  });
});

describe("[B36] [E4] through the protocol", () => {
  test("what a frame says beyond its own fields changes nothing", async () => {
    const roomId = await house.newRoom();
    const { tomas } = house.cast;
    using ear = await (await house.visit(protocolDoor, house.cast.mira)).listen(roomId);
    const socket = new WebSocket(`${house.url.replace("http", "ws")}/ws`, { headers: { authorization: `Bearer ${tomas.token}` } });
    await new Promise((resolve) => socket.once("open", resolve));
    const id = newId();
    const { id: _, ...others } = forged;
    socket.send(JSON.stringify({ ...others, type: "message", id, timestamp: new Date().toISOString(), data: { ...forged, room_id: roomId, content: "Tea?", message_type: "text" } }));
    const { message } = await heardBy(ear, "posted");
    socket.terminate();
    expect(message).toMatchObject({ roomId, authorId: tomas.account.id, clientId: id, type: "text", content: "Tea?", metadata: {}, isEdited: false });
    expect(Object.values(forged)).not.toContain(message.id);
    expect(message.createdAt).toBeGreaterThan(Date.parse("2026-01-01"));
    expect((await mira.seeMessages(roomId)).map(({ seq }) => seq)).toEqual([message.seq]);
  });
});

interface Operation {
  operationId: string;
  method: string;
  path: string;
  /** The fields that its body may have. */
  own: string[];
}

const Body = z.object({ content: z.object({ "application/json": z.object({ schema: z.object({ $ref: z.string() }) }) }) });
const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string(), requestBody: Body.optional() }))),
  components: z.object({ schemas: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()).optional() })) }),
});

function operationsIn({ paths, components }: z.infer<typeof OpenApi>): Operation[] {
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId, requestBody }]) => {
      if (!requestBody) return [];
      const schema = components.schemas[requestBody.content["application/json"].schema.$ref.split("/").at(-1) ?? ""];
      const path = template.replace("{conversationId}", room).replace("{messageId}", messageId).replace("{userId}", house.cast.tomas.account.id);
      return [{ operationId, method: method.toUpperCase(), path, own: Object.keys(schema?.properties ?? {}) }];
    }),
  );
}

function operationOf(operationId: string): Operation {
  const operation = operations.find((each) => each.operationId === operationId);
  if (!operation) throw new Error(`There is no ${operationId}.`);
  return operation;
}

const Answer = z.object({ data: z.unknown().optional(), code: z.string().optional(), details: z.record(z.string(), z.unknown()).optional() });

async function ask(method: string, path: string, body?: object, token = house.cast.mira.token) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(`${house.url}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: response.status, answer: Answer.parse(await response.json()) };
}
