import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "./fixtures";

const BOT = fileURLToPath(new URL("../../../examples/node-bot/bot.mjs", import.meta.url));

test("a bot that speaks nothing but the protocol joins a room that mira has open, and answers her there", async ({ mira }) => {
  const { room } = await mira.ask<{ room: { id: string } }>("rooms.create", { kind: "room", title: "Rooftop station", isPrivate: false, memberIds: [] });
  await mira.entersRoom(room.id);
  await mira.says("Is anyone there?");

  await using _bot = await startBot(mira.url, await registerRobin(mira.url), room.id);
  await expect(mira.log.getByText("Robin joined")).toBeVisible();
  await mira.says("ping");
  await mira.hears("pong");
  await expect(mira.row("pong")).toContainText("Robin");

  await mira.page.reload();
  await mira.says("I will ping you again");
  await expect(mira.row("pong")).toHaveCount(2);
});

/** Over REST, as docs/api.md says. Answers the token. */
async function registerRobin(url: string): Promise<string> {
  const some = Math.random().toString(36).slice(2, 8);
  const registration = { email: `${some}@tertulia.test`, username: `robin${some}`, displayName: "Robin", password: "robin likes long walks" };
  const response = await fetch(`${url}/api/v1/auth/register`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(registration) });
  const { data }: { data: { token: string } } = await response.json();
  return data.token;
}

/** Resolves when it listens. */
async function startBot(url: string, token: string, roomId: string): Promise<AsyncDisposable> {
  const bot = spawn(process.execPath, [BOT, roomId], { env: { ...process.env, TERTULIA_URL: url, TERTULIA_TOKEN: token }, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: bot.stdout })) {
    if (line === "Listening.") return { [Symbol.asyncDispose]: () => end(bot) };
  }
  throw new Error("The bot ended before it listened.");
}

async function end(bot: ChildProcess): Promise<void> {
  const ended = once(bot, "exit");
  bot.kill("SIGINT");
  await ended;
}
