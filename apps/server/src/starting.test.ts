import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { ServerProcess } from "../test/server-process.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";

test("it says in five lines where it is, and ends with 0 when asked", async () => {
  await using folder = await temporaryFolder();
  await using server = new ServerProcess({ DATA_DIR: folder.path });
  const url = await server.url();
  expect(server.output.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^Tertulia \d+\.\d+\.\d+ is open: http:\/\/localhost:\d+$/),
    `  Kept in     ${folder.path} (embedded database)`,
    expect.stringContaining("OPENAI_API_KEY"),
    "  Accounts    the first one made is the administrator's",
    "  Stop        Ctrl+C",
  ]);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await stat(join(folder.path, "auth-secret"))).mode & 0o777).toBe(0o600);
  expect(await server.end("SIGTERM")).toBe(0);
});

test("[S2] asked to end, it tells every connection when to come back", async () => {
  await using folder = await temporaryFolder();
  await using server = new ServerProcess({ DATA_DIR: folder.path });
  const url = await server.url();
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/trpc?connectionParams=1`);
  await new Promise((resolve) => socket.once("open", resolve));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })));
  expect(await server.end("SIGINT")).toBe(0);
  const { code, reason } = await closed;
  expect(code).toBe(1012);
  expect(JSON.parse(reason)).toEqual({ retryAfterMs: expect.toSatisfy((ms: number) => ms >= 500 && ms <= 1_000) });
});

test("a taken port is told in one sentence, with 1", async () => {
  await using folder = await temporaryFolder();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await using server = new ServerProcess({ DATA_DIR: folder.path, PORT: String(port) });
  expect(await server.ended()).toBe(1);
  expect(server.output).toBe(`Port ${port} is taken by another program: stop it, or set PORT to another one.\n`);
  other.close();
});

test("[A3] a folder that another process has is told with its pid, with 1", async () => {
  await using folder = await temporaryFolder();
  await using first = new ServerProcess({ DATA_DIR: folder.path });
  await first.url();
  await using second = new ServerProcess({ DATA_DIR: folder.path });
  expect(await second.ended()).toBe(1);
  expect(second.output).toBe(`The data folder ${folder.path} is in use by process ${first.pid}. Stop it first, or set DATA_DIR to another folder.\n`);
});

test("a wrong setting is told in one sentence, with 1", async () => {
  await using server = new ServerProcess({ PORT: "tea" });
  expect(await server.ended()).toBe(1);
  expect(server.output).toBe("The setting PORT can't be used: it has to be a whole number from 0 to 65535.\n");
});

test("a database that isn't there is told in one sentence, with 1", async () => {
  await using server = new ServerProcess({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
  expect(await server.ended()).toBe(1);
  expect(server.output).toMatch(/^The database doesn't answer \(.*\)\. Look at it, or at DATABASE_URL\.\n$/);
});

test("listening beyond this machine, the first account needs the code that it said", async () => {
  await using folder = await temporaryFolder();
  await using server = new ServerProcess({ DATA_DIR: folder.path, HOST: "0.0.0.0" });
  const url = await server.url();
  await expect.poll(() => server.output).toContain("Stop");
  const code = /its setup code is (\S+)/.exec(server.output)?.[1];
  const register = (setupCode: string | undefined) =>
    fetch(`${url}/api/trpc/account.register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "mira@tertulia.test", username: "mira", password: "mira likes long walks", setupCode }),
    });
  expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  expect((await register(undefined)).status).toBe(403);
  expect((await register("ABCD-EFGH")).status).toBe(403);
  expect((await register(code)).status).toBe(200);
});

test("sessions outlive a restart: the secret and the rows are kept", async () => {
  await using folder = await temporaryFolder();
  const settings = { DATA_DIR: folder.path };
  let token = "";
  {
    await using server = new ServerProcess(settings);
    const answer = await fetch(`${await server.url()}/api/trpc/account.register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "mira@tertulia.test", username: "mira", password: "mira likes long walks" }),
    });
    token = /"token":"([^"]+)"/.exec(await answer.text())?.[1] ?? "";
    expect(await server.end("SIGTERM")).toBe(0);
  }
  await using again = new ServerProcess(settings);
  const answer = await fetch(`${await again.url()}/api/trpc/account.me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await answer.text()).toContain("mira@tertulia.test");
});
