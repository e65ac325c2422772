import { join, resolve } from "node:path";
import { isProxyName } from "@tertulia/auth/callers";
import type { PostsPerMinute } from "@tertulia/core/messages/post-limiter";
import * as limits from "@tertulia/model/limits";
import { z } from "zod";

/** A setting that can't be used; the message says which, and what to do. */
export class WrongSetting extends Error {}

/** An unset variable and an empty one are the same: `PORT= npm start` means the default. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((text) => (text === "" ? undefined : text), schema.optional());
const list = z.string().transform((text) => text.split(",").map((item) => item.trim()).filter((item) => item !== ""));
const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/, `a whole number from ${min} to ${max}`).transform(Number).pipe(z.number().min(min, `at least ${min}`).max(max, `at most ${max}`));
const rate = wholeNumber(1, 1_000_000);
const httpUrl = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""), "an address that begins with http:// or https://");
const postgresUrl = z.string().refine((text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ""), "an address that begins with postgres://");
const redisUrl = z.string().refine((text) => /^rediss?:$/.test(URL.parse(text)?.protocol ?? ""), "an address that begins with redis:// or rediss://");
const level = z.enum(["debug", "info", "warn", "error"], "debug, info, warn or error");

const Environment = z.object({
  PORT: optional(wholeNumber(0, 65_535)),
  HOST: optional(z.string()),
  PUBLIC_URL: optional(httpUrl),
  ALLOWED_HOSTS: optional(list),
  TRUSTED_PROXIES: optional(list.pipe(z.array(z.string().refine(isProxyName, "addresses, ranges (10.0.0.0/8) or loopback, separated by commas")))),
  ALLOWED_ORIGINS: optional(list.pipe(z.array(httpUrl))),
  DATA_DIR: optional(z.string()),
  DATABASE_URL: optional(postgresUrl),
  REDIS_URL: optional(redisUrl),
  AUTH_SECRET: optional(z.string().min(32, "at least 32 characters")),
  OPENAI_API_KEY: optional(z.string()),
  OPENAI_BASE_URL: optional(httpUrl),
  OPENAI_MODEL: optional(z.string()),
  RATE_LIMIT_POSTS_PER_MINUTE: optional(rate),
  RATE_LIMIT_POSTS_PER_MINUTE_MODERATOR: optional(rate),
  RATE_LIMIT_POSTS_PER_MINUTE_ADMIN: optional(rate),
  RATE_LIMIT_REQUESTS_PER_MINUTE: optional(rate),
  RATE_LIMIT_CHANGES_PER_MINUTE: optional(rate),
  RATE_LIMIT_ROOMS_PER_HOUR: optional(rate),
  REGISTRATION: optional(z.enum(["open", "closed"], "open or closed")),
  LOG_LEVEL: optional(level),
  WEB: optional(z.enum(["on", "off"], "on or off")),
  WS_COMPRESSION: optional(z.enum(["on", "off"], "on or off")),
  METRICS_TOKEN: optional(z.string().min(16, "at least 16 characters")),
});

/** Everything that can be set, as the server uses it. Documented for people in `.env.example`. */
export interface Config {
  /** 0 takes any free one. */
  port: number;
  host: string;
  /** Where people open Tertulia, when that isn't the host and port here: behind a proxy, with HTTPS. */
  publicUrl: string | null;
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  allowedHosts: string[];
  allowedOrigins: string[];
  /** Holds the embedded database and the secret. */
  dataDir: string;
  /** A Postgres; null for the embedded database. */
  databaseUrl: string | null;
  /** The Redis by which several nodes on one Postgres hear each other; null for a node that is alone. */
  redisUrl: string | null;
  /** Null: made once, and kept in the data folder. */
  authSecret: string | null;
  openAi: { apiKey: string | null; baseUrl: string | null; model: string | null };
  postsPerMinute: PostsPerMinute;
  requestsPerMinute: number;
  changesPerMinute: number;
  roomsPerHour: number;
  registrationOpen: boolean;
  logLevel: z.infer<typeof level>;
  /** Whether clients of the JSON protocol may ask for compressed frames. */
  compression: boolean;
  /** Opens `/metrics` to whoever shows it; null: to this machine alone. */
  metricsToken: string | null;
  /** Serve the web app: as it was built, compiled as it changes, or not at all (WEB=off). */
  web: "built" | "reloading" | null;
  /** Off, tRPC itself iterates every subscription instead of the feed writing to the sockets. */
  fastPath: boolean;
}

/** Reads the environment, once. @throws WrongSetting */
export function readConfig(environment: Record<string, string | undefined>, root: string): Config {
  const { data, error } = Environment.safeParse(environment);
  if (!data) throw new WrongSetting(sentenceFor(error.issues[0]));
  if (data.REDIS_URL !== undefined && data.DATABASE_URL === undefined) throw new WrongSetting(SEVERAL_NEED_POSTGRES);
  const posts = data.RATE_LIMIT_POSTS_PER_MINUTE ?? limits.postsPerMinute;
  return {
    port: data.PORT ?? 3000,
    host: data.HOST ?? "127.0.0.1",
    publicUrl: data.PUBLIC_URL ?? null,
    trustedProxies: data.TRUSTED_PROXIES ?? [],
    allowedHosts: data.ALLOWED_HOSTS ?? [],
    allowedOrigins: data.ALLOWED_ORIGINS ?? [],
    dataDir: resolve(data.DATA_DIR ?? join(root, "data")),
    databaseUrl: data.DATABASE_URL ?? null,
    redisUrl: data.REDIS_URL ?? null,
    authSecret: data.AUTH_SECRET ?? null,
    openAi: { apiKey: data.OPENAI_API_KEY ?? null, baseUrl: data.OPENAI_BASE_URL ?? null, model: data.OPENAI_MODEL ?? null },
    postsPerMinute: { USER: posts, MODERATOR: data.RATE_LIMIT_POSTS_PER_MINUTE_MODERATOR ?? posts, ADMIN: data.RATE_LIMIT_POSTS_PER_MINUTE_ADMIN ?? posts },
    requestsPerMinute: data.RATE_LIMIT_REQUESTS_PER_MINUTE ?? limits.requestsPerMinute,
    changesPerMinute: data.RATE_LIMIT_CHANGES_PER_MINUTE ?? limits.changesPerMinute,
    roomsPerHour: data.RATE_LIMIT_ROOMS_PER_HOUR ?? limits.roomsPerHour,
    registrationOpen: data.REGISTRATION !== "closed",
    logLevel: data.LOG_LEVEL ?? "warn",
    compression: data.WS_COMPRESSION === "on",
    metricsToken: data.METRICS_TOKEN ?? null,
    web: data.WEB === "off" ? null : "built",
    fastPath: true,
  };
}

const SEVERAL_NEED_POSTGRES = "REDIS_URL is for several nodes, and those need a Postgres that they share: set DATABASE_URL too, or leave REDIS_URL out.";

/** Never repeats the value: it may be a secret. */
function sentenceFor(issue: z.core.$ZodIssue | undefined): string {
  const wanted = issue?.code === "invalid_type" ? "text" : (issue?.message ?? "something else");
  return `The setting ${String(issue?.path[0])} can't be used: it has to be ${wanted}.`;
}
