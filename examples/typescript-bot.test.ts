import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stage, setStage } from "./test/stage.ts";

const BOT = join(import.meta.dirname, "typescript-bot/bot.ts");
const started = [process.execPath, BOT] as const;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

describe("the TypeScript bot", () => {
  it("has 30 lines at most", () => {
    expect(readFileSync(BOT, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  });

  it("answers each ping once in every room it is in or comes into, through a broken line and a restart of the server, and ends when it's told to", async () => {
    const room = await stage.newRoom([stage.bot.id]);
    await using bot = stage.start(started);
    await stage.isAnsweredThroughAll(room);
    await using mira = stage.miraIn(await stage.newRoom([stage.bot.id]));
    await mira.pings();
    await mira.says("shopping");
    await mira.pings();
    await mira.isAnswered();
    expect(await bot.interrupt()).toBe(0);
  });

  it("answers what was said before it was started, and nothing twice when it's started again", async () => {
    await using mira = stage.miraIn(await stage.newRoom([stage.bot.id]));
    await mira.pings();
    for (const _ of ["started", "started again"]) {
      await using bot = stage.start(started);
      await mira.isAnswered();
      expect(await bot.interrupt()).toBe(0);
      await mira.pings();
    }
  });

  it("ends when its token is ended", async () => {
    await using mira = stage.miraIn(await stage.newRoom([stage.bot.id]));
    const { token, end } = await stage.newToken();
    await using bot = stage.start(started, { token });
    await mira.pings();
    await mira.isAnswered();
    await end();
    await expect(bot.ended).resolves.toMatchObject({ code: 1, complaints: expect.stringContaining("The token is not, or no longer, good.") });
  });
});
