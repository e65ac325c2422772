import { request as httpRequest } from "node:http";
import { listRooms } from "@tertulia/core/rooms/list-rooms";
import { Refusal } from "@tertulia/model/refusals";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { Answer } from "../test/ask.ts";
import { openStage, type Stage } from "../test/stage.ts";
import { webSession } from "@tertulia/testing/web-session";

const lines: { facts: object; sentence: string }[] = [];
const note = (facts: object, sentence: string) => void lines.push({ facts, sentence });

let stage: Stage;
let cookie: string;
beforeAll(async () => {
  stage = await openStage({ log: { debug: note, info: note, warn: note, error: note } });
  ({ cookie } = await webSession(stage.server.url, stage.tomas));
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => void lines.splice(0));

const Paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const Verb = z.enum(["GET", "POST", "PATCH", "DELETE"]);
const forged = { body: { title: "Forged" } };
const titles = async () => (await listRooms(stage.server.core, stage.tomas.actor, {})).items.map(({ room }) => room.title);

describe("[B16] what another site could make a browser send", () => {
  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream", "application/jsonx"])("a body of %s is refused with 415", async (type) => {
    for (const path of ["/conversations", `/conversations/${stage.room.id}/archive`]) {
      for (const headers of [{ cookie, origin: stage.server.url }, { authorization: `Bearer ${stage.tomas.token}` }]) {
        const answer = await stage.ask(null, "POST", path, { ...forged, headers: { ...headers, "content-type": type } });
        expect([answer.status, answer.failure]).toMatchObject([415, { code: "UNSUPPORTED_MEDIA" }]);
      }
    }
    expect(await titles()).not.toContain("Forged");
  });

  test("a body that doesn't say what it is is refused with 415", async () => {
    for (const path of ["/conversations", `/conversations/${stage.room.id}/archive`]) {
      expect((await raw({ path, headers: { cookie, origin: stage.server.url } }, ['{"title":"Forged"}'])).status).toBe(415);
    }
    expect(await titles()).not.toContain("Forged");
  });

  test.each(["https://evil.example", "null", undefined, "ORIGIN.evil.example", "ORIGIN:1", "//ORIGIN"])("[B15] the cookie from a page of %s is refused with 403", async (wanted) => {
    const origin = wanted?.replace("ORIGIN", stage.server.url);
    for (const [method, path] of [["POST", "/conversations"], ["PATCH", "/users/me"], ["DELETE", `/conversations/${stage.room.id}`], ["POST", "/auth/logout"]] as const) {
      const answer = await stage.ask(null, method, path, { ...forged, headers: { cookie, ...(origin === undefined ? {} : { origin }) } });
      expect([answer.status, answer.failure]).toMatchObject([403, { code: "PERMISSION_DENIED", details: { reason: "FOREIGN_ORIGIN" } }]);
    }
    expect(await titles()).not.toContain("Forged");
    expect((await stage.ask(null, "GET", "/auth/me", { headers: { cookie } })).status).toBe(200);
  });

  test("the cookie from our own page is taken, and anyone's to read", async () => {
    expect((await stage.ask(null, "POST", "/conversations", { body: { title: "Ours" }, headers: { cookie, origin: stage.server.url } })).status).toBe(201);
    expect((await stage.ask(null, "GET", "/auth/me", { headers: { cookie, origin: "https://evil.example" } })).data).toMatchObject({ username: "tomas" });
  });

  test("no other origin is invited in", async () => {
    const answer = await stage.ask(null, "OPTIONS", "/conversations", { headers: { origin: "https://evil.example", "access-control-request-method": "POST" }, isUndescribed: true });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("an address", () => {
  test.each(["/nowhere", "/conversations/", "/admin/users", "/auth", "/%E0%A4%A", "/../healthz", "/../v2/auth/me", "/%2e%2e/v2/auth/me"])("that doesn't exist is refused with 404: %s", async (path) => {
    const answer = new Answer(...(await rawGet(`/api/v1${path}`)));
    expect([answer.status, answer.failure]).toMatchObject([404, { error: "Not found", code: "NOT_FOUND", details: {} }]);
  });

  test.each([
    ["PUT", "/conversations", "POST, GET, HEAD"], ["POST", "/auth/me", "GET, HEAD"], ["GET", "/auth/login", "POST"], ["PUT", "/messages/x", "PATCH, DELETE"], ["DELETE", "/openapi.json", "GET, HEAD"],
  ] as const)("that doesn't take %s is refused with 405 and what it takes: %s", async (method, path, allow) => {
    const answer = await stage.ask(stage.mira, method, path, { isUndescribed: true });
    expect([answer.status, answer.failure.error, answer.headers.get("allow")?.split(", ").toSorted()]).toEqual([405, "Method not allowed", allow.split(", ").toSorted()]);
  });

  test("of a host that is none is refused with 400", async () => {
    const answer = await raw({ method: "GET", path: "/auth/me", headers: { host: "tea room/of@mine" } }, []);
    expect([answer.status, answer.failure]).toMatchObject([400, { code: "INVALID_FRAME", requestId: answer.headers.get("x-request-id") }]);
  });

  test("may be asked whether it is there, without what it says", async () => {
    const answer = await stage.ask(stage.mira, "HEAD", "/auth/me");
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });
});

describe("a body", () => {
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    raw({ headers: { authorization: `Bearer ${stage.tomas.token}`, "content-type": "application/json", ...headers } }, [body]);

  test.each(["{", "nothing", "{'title':'x'}", '{"title":"x"}}', "\u0000"])("that is no JSON is refused with 400: %j", async (body) => {
    const answer = await post(body);
    expect([answer.status, answer.failure]).toMatchObject([400, { error: "The body is not JSON.", code: "INVALID_FRAME" }]);
  });

  test.each(["application/json;", "application/json ; charset=utf-8", "Application/JSON; charset=UTF-8"])("may say what it is as HTTP allows: %s", async (type) => {
    expect((await post('{"title":"x"}', { "content-type": type })).status).toBe(201);
  });

  test("that is compressed is refused with 415", async () => {
    for (const encoding of ["gzip", "br"]) expect((await post('{"title":"x"}', { "content-encoding": encoding })).status).toBe(415);
    expect((await post('{"title":"x"}', { "content-encoding": "identity" })).status).toBe(201);
  });

  test.each(["null", "[]", "7", '"x"', "true"])("that is no object is refused with 400: %s", async (body) => {
    const answer = await post(body);
    expect([answer.status, answer.failure.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  test("that is no UTF-8 is refused with 400, and stores nothing", async () => {
    const answer = await post(Buffer.from('{"title":"caf\u00e9"}', "latin1"));
    expect([answer.status, answer.failure.code]).toEqual([400, "INVALID_FRAME"]);
  });

  test("of 256 KiB is taken, one byte more is refused with 413, told or in pieces", async () => {
    const [most, more] = [256 * 1024, 256 * 1024 + 1].map((size) => JSON.stringify({ title: "x" }).padEnd(size, " "));
    const pieces = (text = "") => Array.from({ length: 8 }, (_, nth) => text.slice((nth * text.length) / 8, ((nth + 1) * text.length) / 8));
    for (const [body, status] of [[most ?? "", 201], [more ?? "", 413]] as const) {
      expect((await post(body, { "content-length": String(body.length) })).status).toBe(status);
      expect((await raw({ headers: { authorization: `Bearer ${stage.tomas.token}`, "content-type": "application/json" } }, pieces(body))).status).toBe(status);
    }
  });

  test("that comes with a question isn't looked at", async () => {
    const answer = await raw({ method: "GET", path: "/auth/me", headers: { authorization: `Bearer ${stage.tomas.token}`, "content-type": "text/plain", "content-length": "4" } }, ["Who?"]);
    expect(answer.data).toMatchObject({ username: "tomas" });
  });

  test("that is said to be too large isn't waited for", async () => {
    const answer = await raw({ headers: { authorization: `Bearer ${stage.tomas.token}`, "content-type": "application/json", "content-length": "10000000000", connection: "keep-alive" } }, [], { ends: false });
    expect([answer.status, answer.failure.code, answer.headers.get("connection")]).toEqual([413, "TOO_LARGE", "close"]);
  });

  test("[B21] that is a bomb is refused at once, and changes nothing of ours", async () => {
    const path = `/conversations/${stage.room.id}/messages`;
    const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    const wide = JSON.stringify({ content: "x", metadata: Object.fromEntries(Array.from({ length: 20_000 }, (_, nth) => [`k${nth}`, 1])) });
    for (const body of [`{"content":"x","metadata":${deep}}`, wide, deep]) expect((await stage.ask(stage.mira, "POST", path, { body })).failure.code).toBe("VALIDATION_FAILED");
    const answer = await stage.ask(stage.mira, "POST", path, { body: '{"content":"x","metadata":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}' });
    // What would be another object's inheritance is dropped, the rest is data like any other.
    expect([answer.status, z.object({ metadata: z.unknown() }).parse(answer.data).metadata]).toEqual([201, { constructor: { prototype: { polluted: 1 } } }]);
    expect("polluted" in {}).toBe(false);
    expect((await stage.ask(stage.mira, "POST", path, { body: '{"content":"x","__proto__":{"role":"ADMIN"}}' })).status).toBe(400);
  });
});

describe("what goes wrong on the server", () => {
  test("[B9] [X4] is logged whole and told as no more than a reference", async () => {
    await using broken = await openStage({ log: { debug: note, info: note, warn: note, error: note } });
    const secret = new Error("select the secret from users");
    broken.server.core.answers.models = () => Promise.reject(secret);
    const answer = await broken.ask(broken.mira, "GET", "/models");
    const requestId = answer.headers.get("x-request-id");
    expect([answer.status, answer.json]).toEqual([500, { success: false, error: "Failed to get models", code: "INTERNAL", details: {}, requestId }]);
    expect(lines).toContainEqual({ facts: expect.objectContaining({ err: secret, requestId }), sentence: "A request failed in a way nobody foresaw." });
  });

  test("is told in the seed's words where people know them", async () => {
    await using broken = await openStage();
    const path = await broken.conversation();
    broken.server.core.posts.add = () => Promise.reject(new Error("the secret inside"));
    const answer = await broken.ask(broken.mira, "POST", `${path}/messages`, { body: { content: "Tea?" } });
    expect([answer.status, answer.failure.error]).toEqual([500, "Failed to send message"]);
    expect(answer.text).not.toContain("secret");
  });

  test("is 503 while the disk is full, and then reading goes on", async () => {
    await using full = await openStage();
    full.server.core.assertWritable = () => {
      throw new Refusal("STORAGE_FULL");
    };
    const answer = await full.ask(full.mira, "POST", `/conversations/${full.room.id}/messages`, { body: { content: "Tea?" } });
    expect([answer.status, answer.failure.code]).toEqual([503, "STORAGE_FULL"]);
    expect((await full.ask(full.mira, "GET", "/conversations")).status).toBe(200);
  });
});

test("[B41] every answer is private, and bears its request's id", async () => {
  await using walk = await openStage();
  const { paths } = Paths.parse((await walk.ask(null, "GET", "/openapi.json", { isUndescribed: true })).json);
  const asked = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => [Verb.parse(method.toUpperCase()), path.replaceAll(/\{\w+\}/g, walk.wen.account.id)] as const));
  expect(asked.length).toBeGreaterThan(30);
  // Whoever has logged out has no more to ask.
  const [leave, walked] = [asked.filter(([, path]) => path === "/auth/logout"), asked.filter(([, path]) => path !== "/auth/logout")];
  for (const who of [walk.mira, null]) {
    for (const [method, path] of [...walked, ...leave]) {
      const { headers } = await walk.ask(who, method, path, method === "GET" ? {} : { body: {} });
      expect([method, path, headers.get("cache-control"), headers.get("x-request-id")]).toEqual([method, path, "private, no-store", expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    }
  }
  const nowhere = await walk.ask(walk.mira, "GET", "/nowhere", { isUndescribed: true });
  expect(nowhere.headers.get("cache-control")).toBe("private, no-store");
});

test("[B67] every answer has the headers that keep browsers out of trouble", async () => {
  const { headers } = await stage.ask(stage.mira, "GET", "/auth/me");
  expect(Object.fromEntries(headers)).toMatchObject({ "content-type": "application/json", "content-security-policy": "default-src 'none'; frame-ancestors 'none'", "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
});

describe("[E7] how an answer is sent", () => {
  const sent = async (method: "GET" | "HEAD", path: string, taken: string) => {
    const { headers } = await raw({ method, path, headers: { authorization: `Bearer ${stage.wen.token}`, "accept-encoding": taken } }, []);
    return ["content-encoding", "content-length", "vary"].map((name) => headers.get(name));
  };
  const someLength = expect.stringMatching(/^\d+$/);

  test("a short one as it is, with its length", async () => {
    const { text } = await stage.ask(stage.wen, "GET", "/conversations?archived=true");
    expect(await sent("GET", "/conversations?archived=true", "gzip")).toEqual([null, String(text.length), null]);
    expect(await sent("HEAD", "/conversations?archived=true", "gzip")).toEqual([null, String(text.length), null]);
  });

  test("a long list compressed to whoever takes it so", async () => {
    const path = await stage.conversation({ title: "Long" });
    await stage.ask(stage.wen, "POST", `${path}/join`);
    await stage.say(stage.wen, path, "Tea? ".repeat(300));
    expect(await sent("GET", `${path}/messages`, "gzip")).toEqual(["gzip", null, "Accept-Encoding"]);
    expect(await sent("GET", `${path}/messages`, "identity")).toEqual([null, someLength, "Accept-Encoding"]);
    expect(await sent("HEAD", `${path}/messages`, "gzip")).toEqual([null, someLength, null]);
  });

  test.each(["/openapi.json", "/docs/swagger-ui.css"])("what is the same for everyone compressed once: %s", async (path) => {
    const [first, again] = [await sent("GET", path, "gzip, br"), await sent("GET", path, "gzip")];
    expect(first).toEqual(["gzip", someLength, "Accept-Encoding"]);
    expect(again).toEqual(first);
    for (const taken of ["identity", "gzip;q=0"]) expect(await sent("GET", path, taken)).toEqual([null, someLength, "Accept-Encoding"]);
  });
});

test("whether anyone is there, and how to ask, is told to everyone without asking the database who they are", async () => {
  await using alone = await openStage();
  alone.server.core.sessions.actorFor = () => Promise.reject(new Error("nobody can be looked up"));
  for (const path of ["/health", "/openapi.json"]) expect((await alone.ask(alone.mira, "GET", path, { isUndescribed: true })).status).toBe(200);
  expect((await alone.ask(alone.mira, "GET", "/conversations")).status).toBe(500);
});

/** As no client that knows HTTP well would let one ask. */
function raw({ method = "POST", path = "/conversations", headers }: { method?: string; path?: string; headers: Record<string, string> }, pieces: (string | Buffer)[], { ends = true } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${stage.server.url}/api/v1${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        request.destroy();
        resolve(new Answer(response.statusCode ?? 0, new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])), Buffer.concat(chunks).toString()));
      });
    });
    request.on("error", reject);
    for (const piece of pieces) request.write(piece);
    if (ends) request.end();
    else request.flushHeaders();
  });
}

/** An address to the letter. */
function rawGet(path: string): Promise<[number, Headers, string]> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stage.server.url);
    httpRequest({ hostname, port, path, headers: { authorization: `Bearer ${stage.mira.token}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve([response.statusCode ?? 0, new Headers(), Buffer.concat(chunks).toString()]));
    })
      .on("error", reject)
      .end();
  });
}
