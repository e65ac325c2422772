import { expect, test } from "vitest";
import { readConfig, WrongSetting } from "./config.ts";

test("with nothing set there is a default for everything", () => {
  expect(readConfig({}, "/home/mira/tertulia")).toEqual({
    port: 3000,
    host: "127.0.0.1",
    publicUrl: null,
    trustedProxies: [],
    allowedHosts: [],
    allowedOrigins: [],
    dataDir: "/home/mira/tertulia/data",
    databaseUrl: null,
    redisUrl: null,
    authSecret: null,
    openAi: { apiKey: null, baseUrl: null, model: null },
    postsPerMinute: { USER: 30, MODERATOR: 30, ADMIN: 30 },
    requestsPerMinute: 600,
    changesPerMinute: 120,
    roomsPerHour: 60,
    registrationOpen: true,
    logLevel: "warn",
    compression: false,
    metricsToken: null,
    web: "built",
    fastPath: true,
  });
});

test("what is set is used", () => {
  const config = readConfig(
    {
      PORT: "8080",
      HOST: "0.0.0.0",
      PUBLIC_URL: "https://tea.example",
      TRUSTED_PROXIES: "loopback, 10.0.0.0/8",
      ALLOWED_HOSTS: "tea.lan, kitchen.lan",
      ALLOWED_ORIGINS: "https://garden.example",
      DATA_DIR: "/srv/tea",
      DATABASE_URL: "postgres://tea@db/tea",
      REDIS_URL: "rediss://:secret@cache:6380/1",
      AUTH_SECRET: "x".repeat(32),
      OPENAI_API_KEY: "key",
      OPENAI_BASE_URL: "http://localhost:11434/v1",
      OPENAI_MODEL: "llama",
      RATE_LIMIT_POSTS_PER_MINUTE: "60",
      RATE_LIMIT_POSTS_PER_MINUTE_ADMIN: "600",
      RATE_LIMIT_REQUESTS_PER_MINUTE: "1200",
      RATE_LIMIT_CHANGES_PER_MINUTE: "240",
      RATE_LIMIT_ROOMS_PER_HOUR: "500",
      REGISTRATION: "closed",
      LOG_LEVEL: "debug",
      METRICS_TOKEN: "y".repeat(16),
      WEB: "off",
    },
    "/",
  );
  expect(config).toMatchObject({ port: 8080, host: "0.0.0.0", trustedProxies: ["loopback", "10.0.0.0/8"], allowedHosts: ["tea.lan", "kitchen.lan"], dataDir: "/srv/tea", postsPerMinute: { USER: 60, MODERATOR: 60, ADMIN: 600 }, requestsPerMinute: 1200, changesPerMinute: 240, roomsPerHour: 500, registrationOpen: false, web: null });
  expect(config.redisUrl).toBe("rediss://:secret@cache:6380/1");
  expect(config.openAi).toEqual({ apiKey: "key", baseUrl: "http://localhost:11434/v1", model: "llama" });
});

test("an empty setting is one that isn't set", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "", OPENAI_API_KEY: "" }, "/")).toEqual(readConfig({}, "/"));
});

test.each([
  ["PORT", "three", "a whole number from 0 to 65535"],
  ["PORT", "70000", "at most 65535"],
  ["PORT", "-1", "a whole number from 0 to 65535"],
  ["PUBLIC_URL", "tea.example", "an address that begins with http:// or https://"],
  ["TRUSTED_PROXIES", "10.0.0.0/33", "addresses, ranges (10.0.0.0/8) or loopback, separated by commas"],
  ["TRUSTED_PROXIES", "loopback, proxy.lan", "addresses, ranges (10.0.0.0/8) or loopback, separated by commas"],
  ["ALLOWED_ORIGINS", "https://ok.example,ftp://no.example", "an address that begins with http:// or https://"],
  ["DATABASE_URL", "mysql://db", "an address that begins with postgres://"],
  ["REDIS_URL", "memcached://cache", "an address that begins with redis:// or rediss://"],
  ["AUTH_SECRET", "short", "at least 32 characters"],
  ["OPENAI_BASE_URL", "localhost:11434", "an address that begins with http:// or https://"],
  ["RATE_LIMIT_POSTS_PER_MINUTE", "0", "at least 1"],
  ["RATE_LIMIT_POSTS_PER_MINUTE", "30.5", "a whole number from 1 to 1000000"],
  ["REGISTRATION", "maybe", "open or closed"],
  ["LOG_LEVEL", "loud", "debug, info, warn or error"],
  ["METRICS_TOKEN", "short", "at least 16 characters"],
])("%s=%s is refused in one sentence that never repeats the value", (name, value, wanted) => {
  expect(() => readConfig({ [name]: value }, "/")).toThrow(new WrongSetting(`The setting ${name} can't be used: it has to be ${wanted}.`));
});

test("several nodes on the embedded database are refused in one sentence", () => {
  const sentence = "REDIS_URL is for several nodes, and those need a Postgres that they share: set DATABASE_URL too, or leave REDIS_URL out.";
  expect(() => readConfig({ REDIS_URL: "redis://cache" }, "/")).toThrow(new WrongSetting(sentence));
});
