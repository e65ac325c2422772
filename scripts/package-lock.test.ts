import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./command.mjs";

type Names = Readonly<Record<string, string>>;

const lock: Record<string, { resolved?: string; optionalDependencies?: Names }> = readJson("package-lock.json").packages;

test("the lock holds every optional package that it names, so that npm ci works on every platform", () => {
  const missing = Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isHeld(name, path)).map((name) => `${name}, named by ${path}`),
  );
  expect(missing).toEqual([]);
});

test("the lock names no registry, so that everyone installs from their own", () => {
  const named = Object.values(lock).flatMap(({ resolved }) => (resolved?.includes("://") ? [resolved] : []));
  expect(named).toEqual([]);
});

test("every dependency is pinned to one version", () => {
  const loose = Object.keys(lock)
    .filter((path) => !path.includes("node_modules"))
    .flatMap((workspace) => {
      const { dependencies, devDependencies, optionalDependencies } = readJson(join(workspace, "package.json"));
      const wanted: [string, string][] = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
      return wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)).map(([name, version]) => `${workspace}: ${name} ${version}`);
    });
  expect(loose).toEqual([]);
});

/** Whether Node would find the package from there: in that folder's node_modules, or in one further up. */
function isHeld(name: string, from: string): boolean {
  if (join(from, "node_modules", name) in lock) return true;
  return from !== "." && from !== "" && isHeld(name, dirname(from));
}

function readJson(path: string) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
