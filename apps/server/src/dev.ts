import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFirstRun } from "@tertulia/core/accounts/is-first-run";
import { postMessage } from "@tertulia/core/messages/post-message";
import type { Actor } from "@tertulia/model/actor";
import { gatherCast } from "@tertulia/testing/cast";
import { startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { type Config, readConfig } from "./config.ts";
import { run } from "./run.ts";
import type { RunningServer } from "./server.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** For working on Tertulia: pages reload as they change, the cast is seeded, and a scripted assistant answers without a network. */
await run(developmentConfig, seed);

async function developmentConfig(): Promise<Config> {
  const config = readConfig({ DATA_DIR: join(ROOT, "data/development"), ...process.env }, ROOT);
  const hasModel = config.openAi.apiKey !== null || config.openAi.baseUrl !== null;
  const openAi = hasModel ? config.openAi : { apiKey: null, baseUrl: (await startModelServer()).url, model: "scripted-1" };
  // Two compilers can't share a folder: several nodes serve the pages as they were built.
  return { ...config, openAi, web: config.redisUrl === null ? "reloading" : config.web };
}

async function seed({ core }: RunningServer): Promise<void> {
  if (!(await isFirstRun(core))) return;
  const { mira, tomas, room } = await gatherCast(core);
  const say = (who: Actor, content: string) => postMessage(core, who, { roomId: room.id, clientId: crypto.randomUUID(), content, type: "text" });
  await say(mira.actor, "Tea at five, as always?");
  await say(tomas.actor, "I'll bring the biscuits. @quill, which ones go with green tea?");
  console.log(`Seeded: sign in as mira, tomas or wen; the password is "<name> likes long walks".`);
}
