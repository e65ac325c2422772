import { createToken } from "@tertulia/core/sessions/create-token";
import { revokeSession } from "@tertulia/core/sessions/revoke-session";
import * as limits from "@tertulia/model/limits";
import { webSession } from "@tertulia/testing/web-session";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "../test/client.ts";
import { type Stage, setStage } from "../test/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const open = (options?: Parameters<typeof Client.open>[1]) => Client.open(stage.server.url, { clock: stage.clock, ...options });
const told = (error: string) => JSON.stringify({ success: false, error });

describe("[auth A1] who speaks is told by the upgrade", () => {
  test("with a token in the Authorization header", async () => {
    await using tomas = await open({ headers: { authorization: `Bearer ${stage.cast.tomas.token}` } });
    await tomas.posts(stage.cast.room.id, "It's me");
    expect(await tomas.hears("message")).toMatchObject({ data: { message: { username: "tomas" } } });
    expect(tomas.ws.protocol).toBe("");
  });

  test("with a token among the subprotocols, as browsers can, and the server takes the protocol's own name", async () => {
    await using tomas = await open({ protocols: ["tertulia.v1", `bearer.${stage.cast.tomas.token}`] });
    expect(tomas.ws.protocol).toBe("tertulia.v1");
    await tomas.posts(stage.cast.room.id, "It's me");
    expect(await tomas.hears("message")).toMatchObject({ data: { message: { username: "tomas" } } });
  });

  test("with both, by the header", async () => {
    await using tomas = await open({ headers: { authorization: `Bearer ${stage.cast.tomas.token}` }, protocols: ["tertulia.v1", `bearer.${stage.cast.mira.token}`] });
    await tomas.posts(stage.cast.room.id, "It's me");
    expect(await tomas.hears("message")).toMatchObject({ data: { message: { username: "tomas" } } });
  });

  test("with the session cookie, from a page of ours", async () => {
    const { cookie } = await webSession(stage.server.url, stage.cast.tomas);
    await using tomas = await open({ headers: { cookie, origin: stage.server.url } });
    await tomas.posts(stage.cast.room.id, "It's me");
    expect(await tomas.hears("message")).toMatchObject({ data: { message: { username: "tomas" } } });
  });

  test.each([
    ["another site", () => "https://evil.example"],
    ["the origin null", () => "null"],
    ["no origin", () => undefined],
    ["our name with an ending", (url: URL) => `http://${url.hostname}.evil.example:${url.port}`],
    ["our name with a beginning", (url: URL) => `http://evil-${url.host}`],
    ["another port", (url: URL) => `http://${url.hostname}:1`],
  ])("[B15] the cookie from %s: 403, and no 101", async (_what, originFor) => {
    const { cookie } = await webSession(stage.server.url, stage.cast.tomas);
    const origin = originFor(new URL(stage.server.url));
    await expect(open({ headers: { cookie, ...(origin !== undefined && { origin }) } })).rejects.toThrow(/^403 /);
  });
});

describe("[auth A2, B14] whoever isn't known gets no 101", () => {
  test("no token", async () => {
    await expect(open()).rejects.toThrow(`401 ${told("Authentication token required")}`);
    await expect(open({ protocols: ["tertulia.v1"] })).rejects.toThrow(`401 ${told("Authentication token required")}`);
  });

  const withoutMeaning: [string, Parameters<typeof Client.open>[1]][] = [
    ["unknown", { headers: { authorization: "Bearer ttl_nobody" } }],
    ["alg:none", { headers: { authorization: "Bearer eyJhbGciOiJub25lIn0.e30." } }],
    ["unknown, among the subprotocols", { protocols: ["tertulia.v1", "bearer.ttl_nobody"] }],
  ];
  test.each(withoutMeaning)("a token that is %s", async (_what, options) => {
    await expect(open(options)).rejects.toThrow(`401 ${told("Authentication failed")}`);
  });

  test("a cookie that nobody wrote", async () => {
    const headers = { cookie: "tertulia.session-token=nonsense", origin: stage.server.url };
    await expect(open({ headers })).rejects.toThrow(`401 ${told("Authentication failed")}`);
  });

  test("a token that was revoked, or has expired", async () => {
    const { core } = stage.server;
    const revoked = await createToken(core, stage.cast.tomas.actor, { name: "Revoked" });
    await revokeSession(core, stage.cast.tomas.actor, { id: revoked.session.id });
    await expect(open({ headers: { authorization: `Bearer ${revoked.token}` } })).rejects.toThrow(`401 ${told("Authentication failed")}`);
    const expiring = await createToken(core, stage.cast.tomas.actor, { name: "Short", expiresAt: new Date(stage.clock.now() + 60_000).toISOString() });
    stage.clock.move(60_000);
    await expect(open({ headers: { authorization: `Bearer ${expiring.token}` } })).rejects.toThrow(`401 ${told("Authentication failed")}`);
  });
});

describe("[auth A3, B28] a session that ends", () => {
  test("closes its sockets with 4401, and no others", async () => {
    const { core } = stage.server;
    const { token, session } = await createToken(core, stage.cast.tomas.actor, { name: "A bot" });
    await using bot = await stage.enter({ token });
    await using other = await stage.enter(stage.cast.tomas);
    await revokeSession(core, stage.cast.tomas.actor, { id: session.id });
    expect((await bot.closed).code).toBe(4401);
    await other.reached();
  });

  test("by its own time closes them too", async () => {
    const { token } = await createToken(stage.server.core, stage.cast.tomas.actor, { name: "Short", expiresAt: new Date(stage.clock.now() + 60_000).toISOString() });
    await using bot = await stage.enter({ token });
    await stage.pass(61_000, bot);
    expect((await bot.closed).code).toBe(4401);
  });
});

test("[B23] the 21st socket of one person is refused with 429", async () => {
  const sockets = await Promise.all(Array.from({ length: limits.socketsPerUser }, () => stage.enter(stage.cast.wen)));
  await expect(stage.enter(stage.cast.wen)).rejects.toThrow(/^429 /);
  for (const socket of sockets) await socket.close();
});

test("[B17] a path that begins like ours is none of ours", async () => {
  await expect(Client.open(`${stage.server.url}/nothing`)).rejects.toThrow(/^404 /);
});
