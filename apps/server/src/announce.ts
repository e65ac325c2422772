import { hidesAddresses } from "@tertulia/auth/callers";
import type { Config } from "./config.ts";
import type { RunningServer } from "./server.ts";
import { version } from "./version.ts";

/** What the person who started it reads. */
export function announcement(config: Config, { url, databaseKind, setupCode }: Pick<RunningServer, "url" | "databaseKind" | "setupCode">, isFirstRun: boolean): string {
  return [
    `Tertulia ${version} is open: ${config.publicUrl ?? url}`,
    `  Kept in     ${databaseKind === "embedded" ? `${config.dataDir} (embedded database)` : "Postgres (DATABASE_URL)"}${config.redisUrl === null ? "" : "; other nodes by Redis (REDIS_URL)"}`,
    `  Assistants  ${assistantsOf(config)}`,
    `  Accounts    ${accountsOf(config, setupCode, isFirstRun)}`,
    ...(hidesAddresses(config) ? ["  Limits      none per address: name the proxy in front in TRUSTED_PROXIES"] : []),
    "  Stop        Ctrl+C",
  ].join("\n");
}

function assistantsOf({ openAi: { apiKey, baseUrl, model } }: Config): string {
  if (baseUrl) return `${model ?? "the first model"} at ${new URL(baseUrl).host}`;
  if (apiKey) return model ?? "OpenAI";
  return "the built-in guide; set OPENAI_API_KEY or OPENAI_BASE_URL to bring in a model";
}

function accountsOf({ registrationOpen }: Config, setupCode: string | null, isFirstRun: boolean): string {
  if (!isFirstRun) return registrationOpen ? "whoever opens it may make one" : "nobody can make one (REGISTRATION=closed)";
  return setupCode === null ? "the first one made is the administrator's" : `the first one made is the administrator's; its setup code is ${setupCode}`;
}
