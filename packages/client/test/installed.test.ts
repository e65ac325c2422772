import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const client = fileURLToPath(new URL("..", import.meta.url));
const root = join(client, "../..");
const run = async (command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = process.env) => promisify(execFile)(command, args, { cwd, env });

/** What someone writes who has only installed the package. */
const program = `
import { createTertulia, refusalOf, type RoomState } from "@tertulia/client";

const { TERTULIA_URL: url = "", TERTULIA_TOKEN: token = "", TERTULIA_ROOM: roomId = "" } = process.env;
const tertulia = createTertulia({ url, token });
const room = tertulia.room(roomId);
const words = ({ messages }: RoomState): string[] => messages.map(({ author, content }) => author.username + ": " + content);

const answered = new Promise<void>((resolve) => {
  room.subscribe(() => {
    if (room.get().status === "ready" && room.get().messages.length === 2) resolve();
  });
});
tertulia.post(roomId, { content: "Tea?" });
const page: { items: { title: string }[] } = { items: (await tertulia.trpc.rooms.list.query({})).items.map(({ room }) => room) };
await tertulia.trpc.messages.post.mutate({ roomId, clientId: "from-a-script", content: "Please." });
await answered;
const refused = await tertulia.trpc.rooms.open.query({ roomId: crypto.randomUUID() }).catch(refusalOf);
// @ts-expect-error: there is no such procedure
void tertulia.trpc.rooms.nothing;
console.log(JSON.stringify({ said: words(room.get()).sort(), titles: page.items.map(({ title }) => title), refused: refused && "code" in refused ? refused.code : null }));
await tertulia.close();
`;

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "tertulia-client-"));
  await run("node", ["pack/build-package.ts"], client);
  const { stdout } = await run("npm", ["pack", "./dist", "--pack-destination", project, "--json"], client);
  const [packed] = JSON.parse(stdout);
  const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "outside", private: true, type: "module" }));
  const compiler = ["typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${packed.filename}`, ...compiler], project);
  await writeFile(join(project, "program.ts"), program);
}, 180_000);
afterAll(() => rm(project, { recursive: true, force: true }));

describe("the client as others install it", () => {
  it("brings nothing of ours along but itself, and no schemas", async () => {
    expect(await readdir(join(project, "node_modules/@tertulia"))).toEqual(["client"]);
    expect(await readdir(join(project, "node_modules"))).not.toContain("zod");
  });

  it("type-checks a program, refusing what the router doesn't have", async () => {
    const strict = ["--strict", "--target", "es2024", "--lib", "es2024,dom,esnext.disposable", "--module", "nodenext", "--types", "node", "--noEmit", "program.ts"];
    await expect(run("node_modules/.bin/tsc", strict, project)).resolves.toMatchObject({ stdout: "" });
  });

  it("talks to a server", async () => {
    await using server = await startTestServer();
    const { mira, room } = await gatherCast(server.core);
    const { stdout } = await run("node", ["program.ts"], project, { ...process.env, TERTULIA_URL: server.url, TERTULIA_TOKEN: mira.token, TERTULIA_ROOM: room.id });
    expect(JSON.parse(stdout)).toEqual({ said: ["mira: Please.", "mira: Tea?"], titles: ["Tea"], refused: "ROOM_NOT_FOUND" });
  });
});
