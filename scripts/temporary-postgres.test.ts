import { connect } from "node:net";
import { expect, test } from "vitest";
import { startTemporaryPostgres } from "./temporary-postgres.mjs";

test("a temporary Postgres listens until it is stopped, and then no more", async ({ annotate }) => {
  const postgres = await startTemporaryPostgres();
  if (postgres === undefined) return void (await annotate("There is no Postgres here to start."));
  expect(await listens(postgres.url)).toBe(true);
  await postgres.stop();
  expect(await listens(postgres.url)).toBe(false);
});

function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
