import { listSessions } from "@tertulia/core/sessions/list-sessions";
import * as limits from "@tertulia/model/limits";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

const home = "198.51.100.7";
const elsewhere = "198.51.100.8";

describe.each([
  ["a trusted proxy on this machine", ["loopback"], true],
  ["nobody who is trusted", [], false],
] as const)("behind %s", (_, trustedProxies, isBelieved) => {
  let server: RunningServer;
  let cast: Cast;
  beforeAll(async () => {
    // Its clock stands still, so that sockets may take their time to say whose they are.
    server = await startTestServer({ trustedProxies: [...trustedProxies], clock: new MovableClock() });
    cast = await gatherCast(server.core);
  });
  afterAll(() => server.close());

  /** A call as the proxy passes it on: what the client wrote stands left of what the proxy knows. */
  const call = (procedure: string, input: object, { from, madeUp = "" }: { from: string; madeUp?: string }) =>
    fetch(`${server.url}/api/trpc/${procedure}`, { method: "POST", headers: { "content-type": "application/json", "x-forwarded-for": `${madeUp}${from}` }, body: JSON.stringify(input) });

  test(`[B27] the tenth account an hour is ${isBelieved ? "" : "not "}the last of the address that the proxy tells, whatever its client made up`, async () => {
    const register = (name: string, from: string) =>
      call("account.register", { email: `${name}@tertulia.test`, username: name, password: "a password of some length" }, { from, madeUp: `203.0.113.${name.length}, 127.0.0.1, ` });
    for (let made = 0; made < 10; made++) expect((await register(`guest-${"x".repeat(made)}`, home)).status).toBe(200);
    expect((await register("one-more", home)).status).toBe(isBelieved ? 429 : 200);
    expect((await register("another", elsewhere)).status).toBe(200);
  });

  test(`[B27] a session is kept with the address of ${isBelieved ? "its client" : "the connection"}`, async () => {
    const signIn = await call("account.signIn", { login: "wen", password: cast.wen.password }, { from: home, madeUp: "203.0.113.1, " });
    expect(signIn.status).toBe(200);
    expect((await listSessions(server.core, cast.wen.actor)).map(({ ipAddress }) => ipAddress)).toContain(isBelieved ? home : "127.0.0.1");
  });

  test(`[B27] guesses at a password count by ${isBelieved ? "the address that the proxy tells" : "the connection's address"}`, async () => {
    const guess = (from: string, madeUp: string) => call("account.signIn", { login: "tomas", password: "a guess" }, { from, madeUp });
    for (let tries = 0; tries < 5; tries++) expect((await guess(home, `203.0.113.${tries}, `)).status).toBe(401);
    expect((await guess(home, "203.0.113.9, ")).status).toBe(429);
    expect((await guess(elsewhere, "")).status).toBe(isBelieved ? 401 : 429);
  });

  test(`[B23] [B27] the 51st socket of an address is ${isBelieved ? "refused" : "let in, since this machine's aren't counted"}`, async () => {
    const status = (from: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const socket = new WebSocket(`${server.url}/api/trpc?connectionParams=1`, { headers: { "x-forwarded-for": `203.0.113.1, ${from}` } });
        socket.once("upgrade", ({ statusCode }) => resolve(statusCode));
        socket.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
        socket.once("error", reject);
      });
    for (let socket = 0; socket < limits.socketsPerAddress; socket++) expect(await status(home)).toBe(101);
    expect(await status(home)).toBe(isBelieved ? 429 : 101);
    expect(await status(elsewhere)).toBe(101);
  });
});
