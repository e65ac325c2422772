import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { describe, expect, it } from "vitest";

const page = readFileSync(join(import.meta.dirname, "../docs/api.md"), "utf8");

/** What the reader types, and what the page says is answered: JSON, or lines among which "…" stands for anything. */
interface Step {
  typed: string;
  shown: { kind: string; text: string }[];
}

const steps = stepsOf(page);

describe.each(["bash", "sh"])("whoever has nothing but docs/api.md and curl, typing it into %s", (shell) => {
  it("registers, gets a token, makes a conversation, posts, reads, and is answered as the page says", async () => {
    await using server = await startTestServer({ postsPerMinute: 30 });
    const answers = await type(shell, steps.map(({ typed }) => typed.replaceAll("http://localhost:3000", server.url)));
    for (const [at, { typed, shown }] of steps.entries()) {
      const answer = answers[at] ?? "";
      for (const { kind, text } of shown) expect({ typed, answer, hasShown: isIn(answer, kind, text) }).toEqual({ typed, answer, hasShown: true });
    }
  });
});

it("docs/api.md has something to type, and shows what is answered", () => {
  expect(steps.filter(({ typed }) => typed.includes("curl")).length).toBeGreaterThan(10);
  expect(steps.flatMap(({ shown }) => shown).length).toBeGreaterThan(10);
});

it("docs/api.md names routes and frames that are there", async () => {
  await using server = await startTestServer();
  const { paths }: { paths: Record<string, object> } = await (await fetch(`${server.url}/api/v1/openapi.json`)).json();
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ":")}`));
  const named = [...page.matchAll(/`(?<method>GET|POST|PATCH|DELETE) (?<path>\/[^`?]*)/g)].map(({ groups }) => `${groups?.["method"]} ${groups?.["path"]?.replaceAll(/:\w+/g, ":")}`);
  expect(named.filter((route) => !routes.includes(route))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);

  const spec = readFileSync(join(import.meta.dirname, "../packages/protocol/SPEC.md"), "utf8");
  const frames = [...page.slice(page.indexOf("## The same in each")).matchAll(/`(?<frame>[a-z]+(?:_[a-z]+)+)`/g)].map(({ groups }) => groups?.["frame"] ?? "");
  expect(frames.filter((frame) => !spec.includes(`"type":"${frame}"`))).toEqual([]);
  expect(frames.length).toBeGreaterThan(10);
});

function stepsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  for (const { groups } of markdown.matchAll(/^```(?<kind>sh|json|text)\n(?<text>.*?)\n```$/gms)) {
    const { kind = "", text = "" } = groups ?? {};
    if (kind === "sh") steps.push({ typed: text, shown: [] });
    else steps.at(-1)?.shown.push({ kind, text });
  }
  return steps;
}

/** One shell for all of it, as a terminal is. Answers what each step printed. */
async function type(shell: string, typed: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(shell, ["-c", typed.map((each) => `${each}\nprintf '\\036'`).join("\n")]);
  return stdout.split("\u001e");
}

function isIn(answer: string, kind: string, text: string): boolean {
  if (kind === "text") return text.split("\n").every((line) => answer.split("\n").some((printed) => isLike(printed.trim(), line)));
  const shown: unknown = JSON.parse(text);
  return answer.split("\n").some((line) => line.startsWith("{") && hasShown(JSON.parse(line), shown));
}

/** Whatever the page shows is there; what it leaves out may be anything. */
function hasShown(told: unknown, shown: unknown): boolean {
  if (typeof shown === "string") return typeof told === "string" && isLike(told, shown);
  if (Array.isArray(shown)) return Array.isArray(told) && told.length === shown.length && shown.every((each, at) => hasShown(told[at], each));
  if (typeof shown !== "object" || shown === null) return told === shown;
  return typeof told === "object" && told !== null && Object.entries(shown).every(([key, value]) => hasShown(Reflect.get(told, key), value));
}

function isLike(told: string, shown: string): boolean {
  const pattern = shown.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join(".*");
  return new RegExp(`^${pattern}$`, "s").test(told);
}
