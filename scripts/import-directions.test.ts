import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./command.mjs";
import { filesBelow } from "./fingerprint.mjs";

// Which of our packages each of them may import: one way only, so that what is inside knows nothing of what is outside.
// "types of trpc" may be written in "import type" alone, and is gone when the code runs.
const everything = ["assistants", "auth", "client", "core", "db", "events", "gate", "model", "protocol", "rest", "server", "trpc", "web"];
const directions: Record<string, readonly string[]> = {
  "apps/bench": [...everything, "testing"],
  "apps/server": everything,
  "apps/web": ["client", "model", "types of trpc"],
  examples: ["client"],
  "packages/assistants": ["model"],
  "packages/auth": ["core", "model"],
  "packages/client": ["model", "types of trpc"],
  "packages/core": ["db", "model"],
  "packages/db": ["model"],
  "packages/events": ["model"],
  "packages/gate": ["auth", "core", "model"],
  "packages/model": [],
  "packages/protocol": ["auth", "core", "gate", "model"],
  "packages/rest": ["auth", "core", "model"],
  "packages/testing": everything,
  "packages/trpc": ["auth", "core", "gate", "model"],
};
/** What runs in a browser too. */
const browserSafe = ["packages/model", "packages/client", "apps/web"];

interface Import {
  file: string;
  workspace: string;
  specifier: string;
  isType: boolean;
  isTest: boolean;
}

const files = filesBelow(["apps", "examples", "packages"], (path) => /\/(node_modules|\.next|\.turbo|dist|test-results)$/.test(path)).filter((path) => /\.tsx?$/.test(path));
const imports = files.flatMap(importsOf);
const ourImports = imports.filter(({ specifier }) => specifier.startsWith("@tertulia/"));

test("there are imports to look at", () => {
  expect(imports.length).toBeGreaterThan(100);
});

test("every package imports only those that it may know", () => {
  const wrong = ourImports.filter((each) => !each.isTest && !isAllowed(each));
  expect(wrong.map(({ workspace, ...each }) => `${sentenceOf(each)}: ${workspace} may import ${directions[workspace]?.join(", ") || "none of ours"}`)).toEqual([]);
});

test("a package reaches another by its name, never by a path into its folder", () => {
  const wrong = imports.filter(({ file, workspace, specifier }) => specifier.startsWith(".") && !join(dirname(file), specifier).startsWith(`${workspace}/`));
  expect(wrong.filter(({ specifier }) => !specifier.includes("/scripts/")).map(sentenceOf)).toEqual([]);
});

test("every package names in its package.json what it imports", () => {
  const wrong = imports.filter((each) => !isNamed(each));
  expect(wrong.map(sentenceOf)).toEqual([]);
});

test("what runs in a browser imports nothing of Node", () => {
  const wrong = imports.filter(({ file, workspace, specifier, isTest }) => {
    return !isTest && browserSafe.includes(workspace) && file.includes("/src/") && (specifier.startsWith("node:") || builtinModules.includes(specifier));
  });
  expect(wrong.map(sentenceOf)).toEqual([]);
});

function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), "utf8");
  const workspace = file.startsWith("examples/") ? "examples" : file.split("/").slice(0, 2).join("/");
  // The development server seeds the cast, as a test would.
  const isTest = file === "apps/server/src/dev.ts" || workspace === "packages/testing" || /\.(test|story)\.tsx?$|\/(test|e2e|testing|faults)\/|\.config\.ts$|-contract\.ts$/.test(file.slice(workspace.length));
  const statements = source.matchAll(/^(?:import|export)\s(?<type>type\s)?[^;"]*?from\s*"(?<from>[^"]+)"|^import\s*"(?<bare>[^"]+)"|\bimport\("(?<lazy>[^"]+)"\)/gm);
  return [...statements].map(({ groups = {} }) => {
    const specifier = groups["from"] ?? groups["bare"] ?? groups["lazy"] ?? "";
    return { file, workspace, specifier, isType: groups["type"] !== undefined, isTest };
  });
}

function isAllowed({ workspace, specifier, isType }: Import): boolean {
  const name = packageOf(specifier).replace("@tertulia/", "");
  const allowed = directions[workspace] ?? [];
  return allowed.includes(name) || (isType && allowed.includes(`types of ${name}`));
}

function isNamed({ workspace, specifier, isType, isTest }: Import): boolean {
  if (/^(\.|@\/|node:)/.test(specifier) || builtinModules.includes(specifier)) return true;
  const name = packageOf(specifier);
  const own = readManifest(workspace);
  if (name in own.dependencies || name === own.name) return true;
  // A test may gather whatever of ours it needs.
  if (isTest && name.startsWith("@tertulia/")) return true;
  // Types and tests are gone, or not there, where it runs.
  return (isType || isTest) && (name in own.devDependencies || name in readManifest("").devDependencies);
}

function readManifest(workspace: string): { name: string; dependencies: object; devDependencies: object } {
  return { dependencies: {}, devDependencies: {}, ...JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8")) };
}

/** "@tertulia/model/ports/bus" → "@tertulia/model", "next/headers" → "next". */
function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function sentenceOf({ file, specifier, isType }: Pick<Import, "file" | "specifier" | "isType">): string {
  return `${file} imports ${isType ? "types of " : ""}${specifier}`;
}
