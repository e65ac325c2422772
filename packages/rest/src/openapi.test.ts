import { Validator } from "@seriousme/openapi-schema-validator";
import type { RunningServer } from "@tertulia/server/server";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

const Schema = z.looseObject({});
const Content = z.object({ "application/json": z.object({ schema: Schema }) });
const Operation = z.object({
  operationId: z.string(),
  summary: z.string().min(1),
  description: z.string().optional(),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.object({ in: z.string(), name: z.string(), schema: Schema })).optional(),
  requestBody: z.object({ required: z.boolean(), content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string().min(1), headers: z.record(z.string(), z.object({ $ref: z.string() })), content: Content })),
});
const Document = z.object({
  openapi: z.literal("3.1.0"),
  info: z.object({ title: z.string(), version: z.string(), description: z.string().min(1) }),
  servers: z.array(z.object({ url: z.literal("/api/v1") })),
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

let server: RunningServer;
let raw: Record<string, unknown>;
let operations: { name: string; operation: z.infer<typeof Operation> }[];
beforeAll(async () => {
  server = await startTestServer();
  raw = z.record(z.string(), z.unknown()).parse(await (await fetch(`${server.url}/api/v1/openapi.json`)).json());
  const { paths } = Document.parse(raw);
  operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })));
});
afterAll(() => server.close());

/** What the REST API has been promised to do, but for files, search, export and most of administration. */
const promised = [
  "POST /auth/register", "POST /auth/login", "POST /auth/logout", "GET /auth/me", "GET /auth/sessions", "DELETE /auth/sessions/{sessionId}", "POST /auth/tokens",
  "POST /conversations", "GET /conversations", "GET /conversations/{conversationId}", "PATCH /conversations/{conversationId}", "DELETE /conversations/{conversationId}",
  "POST /conversations/{conversationId}/archive", "DELETE /conversations/{conversationId}/archive", "POST /conversations/{conversationId}/join",
  "GET /conversations/{conversationId}/participants", "POST /conversations/{conversationId}/participants",
  "PATCH /conversations/{conversationId}/participants/{userId}", "DELETE /conversations/{conversationId}/participants/{userId}",
  "GET /conversations/{conversationId}/messages", "POST /conversations/{conversationId}/messages", "PATCH /messages/{messageId}", "DELETE /messages/{messageId}",
  "POST /messages/{messageId}/reactions", "DELETE /messages/{messageId}/reactions/{emoji}", "POST /conversations/{conversationId}/read",
  "POST /messages/{messageId}/regenerate", "POST /runs/{runId}/stop", "GET /runs/{runId}", "GET /assistants", "GET /models",
  "GET /users", "GET /users/{userId}", "PATCH /users/me", "POST /admin/announcements", "GET /health",
];

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(raw));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe("3.1");
  });

  test("describes every promised route, and no other", () => {
    expect(operations.map(({ name }) => name).toSorted()).toEqual(promised.toSorted());
  });

  test("names each operation once, and by a tag that is explained", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = Document.parse(raw).tags.map(({ name }) => name);
    expect(operations.filter(({ operation }) => !tags.includes(operation.tags[0] ?? "")).map(({ name }) => name)).toEqual([]);
  });

  /** Those of which it isn't true. */
  const but = (isTrue: (operation: z.infer<typeof Operation>, name: string) => boolean) => operations.filter(({ operation, name }) => !isTrue(operation, name)).map(({ name }) => name);
  const has = (...statuses: string[]) => ({ responses }: z.infer<typeof Operation>) => statuses.every((status) => status in responses);

  test("says who may ask: anyone where it begins, whoever is signed in elsewhere", () => {
    expect(but(({ security }) => security.length > 0).toSorted()).toEqual(["GET /health", "POST /auth/login", "POST /auth/register"]);
    expect(but(has("401")).toSorted()).toEqual(["GET /health", "POST /auth/register"]);
  });

  test("says of each operation what it answers when it's done, and when it isn't", () => {
    const isRefusal = (schema: object) => "$ref" in schema && schema.$ref === "#/components/schemas/Failure";
    expect(but(has("400", "429", "500", "503"))).toEqual([]);
    expect(but(({ responses }) => Object.entries(responses).every(([status, { content }]) => status.startsWith("2") !== isRefusal(content["application/json"].schema)))).toEqual([]);
    expect(but(({ responses }) => Object.keys(responses).some((status) => status.startsWith("2")))).toEqual([]);
  });

  test("says of each operation that changes something that its body may be too large, and has to be JSON and of a page of ours", () => {
    expect(but((operation, name) => name.startsWith("GET ") || has("403", "413", "415")(operation))).toEqual([]);
  });

  test("says which headers an answer has", () => {
    const told = (status: string) => ({ responses }: z.infer<typeof Operation>) => Object.keys(responses[status]?.headers ?? {});
    expect(but((operation) => told("429")(operation).includes("Retry-After"))).toEqual([]);
    expect(but((operation) => !("401" in operation.responses) || told("401")(operation).includes("WWW-Authenticate"))).toEqual([]);
    const headers = z.object({ components: z.object({ headers: z.record(z.string(), z.object({ description: z.string() })) }) }).parse(raw).components.headers;
    expect(Object.keys(headers)).toEqual(expect.arrayContaining(["X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "WWW-Authenticate"]));
  });

  test("names every part of an address", () => {
    const partsOf = (name: string) => [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
    const told = ({ parameters = [] }: z.infer<typeof Operation>) => parameters.filter((each) => each.in === "path").map((each) => each.name);
    expect(but((operation, name) => told(operation).join() === partsOf(name).join())).toEqual([]);
  });

  test("may be read by anyone, and kept by no one without asking again", async () => {
    const { headers } = await fetch(`${server.url}/api/v1/openapi.json`);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("cache-control")).toBe("no-cache");
  });
});

describe("the page to browse it by", () => {
  const get = (path: string) => fetch(`${server.url}${path}`);

  test("loads nothing that isn't this server's own, and runs no script of its own making", async () => {
    const page = await get("/api/v1/docs");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    expect(page.headers.get("content-security-policy")).not.toContain("script-src 'self' 'unsafe-inline'");
    expect([...html.matchAll(/<script([^>]*)>([^<]*)/g)].map(([, attributes, script]) => [attributes?.includes(" src="), script])).toEqual([[true, ""], [true, ""]]);
    const addresses = [...html.matchAll(/(?:src|href)="(?!data:)([^"]*)"/g)].map(([, address]) => address ?? "");
    expect(addresses.length).toBe(3);
    for (const address of addresses) {
      expect(address).toMatch(/^\/api\/v1\/docs\//);
      expect([address, (await get(address)).status]).toEqual([address, 200]);
    }
  });

  test("shows no validator's badge, which would tell a stranger where this server is", async () => {
    expect(await (await get("/api/v1/docs/start.js")).text()).toContain('"validatorUrl":null');
  });

  test("serves no other file", async () => {
    for (const file of ["package.json", "..%2fpackage.json", "index.html", "swagger-ui.js"]) expect((await get(`/api/v1/docs/${file}`)).status).toBe(404);
  });
});
