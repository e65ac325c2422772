import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../apps/server/src/config.ts";
import { root } from "./command.mjs";

const documented = [...read(".env.example").matchAll(/^#([A-Z][A-Z_]*)=/gm)].map(([, name = ""]) => name);
const compose: Compose = parse(read("docker-compose.yml"));

interface Compose {
  services: Record<string, { environment?: Record<string, unknown>; depends_on?: Record<string, { condition: string }>; healthcheck?: { test: string[] }; volumes?: string[] }>;
  volumes: Record<string, unknown>;
}

test(".env.example describes every setting that the server reads, and no other", () => {
  expect(documented.toSorted()).toEqual([...settingsRead()].toSorted());
});

test(".env.example sets nothing by itself", () => {
  expect(read(".env.example").split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
});

test("docker-compose.yml sets and asks for no setting that .env.example doesn't describe", () => {
  const asked = [...read("docker-compose.yml").matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name);
  const named = [...asked, ...Object.keys(compose.services["app"]?.environment ?? {})];
  expect(named.filter((name) => !documented.includes(name))).toEqual([]);
});

test("in docker-compose.yml every service tells whether it is well, and the app waits for what it stands on", () => {
  const { services } = compose;
  expect(Object.keys(services).toSorted()).toEqual(["app", "postgres", "redis"]);
  for (const service of Object.values(services)) expect(service.healthcheck?.test).toBeDefined();
  expect(services["app"]?.depends_on).toEqual({ postgres: { condition: "service_healthy" }, redis: { condition: "service_healthy" } });
  expect(services["app"]?.healthcheck?.test.join(" ")).toContain("/readyz");
});

test("every volume that docker-compose.yml mounts is one that it keeps", () => {
  const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(":", 1).join()));
  expect(mounted.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
});

test("the Dockerfile starts a file that is there, as a user who isn't root", () => {
  const [, entry = ""] = /^CMD \["node", "(.+)"\]$/m.exec(read("Dockerfile")) ?? [];
  expect(existsSync(join(root, entry))).toBe(true);
  expect(read("Dockerfile")).toMatch(/^USER node$/m);
});

/** The names of all variables that the server looks for in its environment. */
function settingsRead(): Set<string> {
  const names = new Set<string>();
  const environment: Record<string, string> = {};
  const note = (name: string | symbol) => typeof name === "string" && /^[A-Z_]+$/.test(name) && names.add(name);
  readConfig(
    new Proxy(environment, {
      get: (_, name) => void note(name),
      has: (_, name) => note(name) !== false,
    }),
    root,
  );
  return names;
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
