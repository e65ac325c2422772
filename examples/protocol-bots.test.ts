import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTertulia } from "@tertulia/client";
import { removeMember } from "@tertulia/core/members/remove-member";
import { postMessage } from "@tertulia/core/messages/post-message";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { until } from "@tertulia/testing/until";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdOnce } from "./test/hold-once.ts";
import { playServer } from "./test/scripted-server.ts";
import { type Stage, setStage } from "./test/stage.ts";

/** A server that restarts asks for no less; by chance, a first try comes sooner. */
const SOONEST_MS = 500;
const MINUTE_MS = 60_000;

const NODE = join(import.meta.dirname, "node-bot/bot.mjs");
const PYTHON = join(import.meta.dirname, "python-bot/bot.py");
// -I -S: nothing of what is installed here can be imported.
const python = ["python3", "-I", "-S"] as const;
const hasPython = spawnSync(python[0], ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

describe("the bot in plain Node", () => {
  it("imports nothing but what Node brings", () => {
    const imports = [...readFileSync(NODE, "utf8").matchAll(/\bfrom "(?<from>[^"]+)"|\bimport\("(?<lazy>[^"]+)"\)|\brequire\(/g)];
    expect(imports.map(({ groups }) => groups?.["from"])).toEqual(["node:timers/promises"]);
  });

  it("begins anew when the history it reads breaks off, and answers once what it hears again [G2] [M3]", async () => {
    const room = await stage.newRoom([]);
    await using mira = stage.miraIn(room);
    await using history = await holdOnce("/messages?", stage.url);
    await using bot = stage.start([process.execPath, NODE, room]);
    await bot.prints("Listening");
    await stage.isAwayForTooLong(mira, history.url);
    await history.reached;
    stage.line.leadTo(stage.url);
    await mira.pings();
    await mira.isAnswered({ ofThem: 1 });
    history.hangUp();
    await bot.prints("Listening");
    await mira.pings();
    await mira.isAnswered();
    expect(await bot.interrupt()).toBe(0);
  });
});

describe.each([
  { name: "Node", started: [process.execPath, NODE] as const, isThere: true },
  { name: hasPython ? "Python" : "Python (left out: there is no Python 3.9 here)", started: [...python, PYTHON] as const, isThere: hasPython },
])("the bot in plain $name", ({ started, isThere }) => {
  it.runIf(isThere)("joins a room and answers each ping once, through a broken line and a restart of the server, and ends when it's told to [G1] [S2]", async () => {
    const room = await stage.newRoom([]);
    await using bot = stage.start([...started, room]);
    await bot.prints("Listening");
    await stage.isAnsweredThroughAll(room);
    expect(await bot.interrupt()).toBe(0);
  });

  it.runIf(isThere)("sends again what nobody confirmed, under the same id, and so is heard once [M3]", async () => {
    const room = await stage.newRoom([]);
    await using line = await holdOnce('"message_received"', stage.url);
    await using mira = stage.miraIn(room);
    await using bot = stage.start([...started, room], { url: line.url });
    await bot.prints("Listening");
    await mira.pings();
    await line.reached;
    line.hangUp();
    await mira.pings();
    await mira.isAnswered();
    expect(await bot.interrupt()).toBe(0);
  });

  it.runIf(isThere)("goes on from where it was when a connection breaks between something new and what it missed [G3]", async () => {
    const [room, me, mira] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const resumed = Promise.withResolvers<unknown>();
    await using server = await playServer(me, [
      ({ type, id }, tell, line) => {
        if (type !== "join_room") return;
        tell("join_success", { room_id: room, room_name: "Tea", member_count: 2, head_seq: 5 }, id);
        line.close(1012, JSON.stringify({ retryAfterMs: 1 }));
      },
      ({ type }, tell, line) => {
        if (type !== "resume") return;
        tell("message", { message: { id: crypto.randomUUID(), room_id: room, user_id: mira, content: "something new", seq: 9, thread_root_id: null }, seq: 9 });
        line.close(1012, JSON.stringify({ retryAfterMs: 1 }));
      },
      ({ type, data }) => {
        if (type === "resume") resumed.resolve(data["rooms"]);
      },
    ]);
    await using bot = stage.start([...started, room], { url: server.url });
    await expect(resumed.promise).resolves.toEqual({ [room]: 5 });
    expect(await bot.interrupt()).toBe(0);
  });

  it.runIf(isThere)("reads the room's history when it was away for too long, and misses nothing [G2]", async () => {
    const room = await stage.newRoom([]);
    await using mira = stage.miraIn(room);
    await using bot = stage.start([...started, room]);
    await bot.prints("Listening");
    await stage.isAwayForTooLong(mira);
    await bot.prints("Listening");
    await mira.pings();
    await mira.isAnswered();
    expect(await bot.interrupt()).toBe(0);
  });

  it.runIf(isThere)("goes for good when its token is ended, and doesn't stay with one that isn't good [A2] [A3]", async () => {
    const room = await stage.newRoom([]);
    const { token, end } = await stage.newToken();
    await using bot = stage.start([...started, room], { token });
    await bot.prints("Listening");
    await end();
    await expect(bot.ended).resolves.toEqual({ code: 1, complaints: "The token is no longer good.\n" });
    await using another = stage.start([...started, room], { token });
    await expect(another.ended).resolves.toEqual({ code: 1, complaints: "The token is not good.\n" });
  });

  it.runIf(isThere)("comes back when a server that restarts says, and no sooner [S2]", async () => {
    const room = await stage.newRoom([]);
    await using bot = stage.start([...started, room]);
    await bot.prints("Listening");
    await stage.restart();
    const [ms] = /\d+/.exec(await bot.prints("Away")) ?? [];
    expect(Number(ms)).toBeGreaterThanOrEqual(SOONEST_MS);
    await bot.prints("Listening");
    expect(await bot.interrupt()).toBe(0);
  });

  it.runIf(isThere)("waits as long as it's told to when it has said too much, and then says the same [L1]", async () => {
    const clock = new MovableClock();
    await using slow = await setStage({ clock, postsPerMinute: 1 });
    const room = await slow.newRoom([slow.bot.id]);
    await postMessage(slow.core, slow.bot.actor, { roomId: await slow.newRoom([slow.bot.id]), clientId: "before", content: "as much as it may", type: "text" });
    clock.move(MINUTE_MS - 100);
    await using mira = slow.miraIn(room);
    await using bot = slow.start([...started, room]);
    await bot.prints("Listening");
    await mira.pings();
    await bot.prints("Slow down");
    clock.move(100);
    await mira.isAnswered();
    expect(await bot.interrupt()).toBe(0);
  });

  it.runIf(isThere)("answers in the thread in which it is asked", async () => {
    const { core, cast } = stage;
    const room = await stage.newRoom([]);
    const say = (content: string, threadRootId?: string) => postMessage(core, cast.mira.actor, { roomId: room, clientId: crypto.randomUUID(), content, type: "text", ...(threadRootId && { threadRootId }) });
    await using bot = stage.start([...started, room]);
    await bot.prints("Listening");
    const { id: rootId } = await say("Shopping");
    await using mira = createTertulia({ url: stage.url, token: cast.mira.token });
    const thread = await mira.thread(room, rootId);
    await say("ping", rootId);
    const { messages } = await until(thread, (state) => state.messages.length === 2);
    expect(messages.map(({ author, content }) => `${author.username}: ${content}`)).toEqual(["mira: ping", "robin: pong"]);
  });

  it.runIf(isThere)("goes when it is removed from the room, also while it's away", async () => {
    const room = await stage.newRoom([]);
    const { core, cast, line } = stage;
    const removes = () => removeMember(core, cast.mira.actor, { roomId: room, userId: stage.bot.id });
    await using bot = stage.start([...started, room]);
    await bot.prints("Listening");
    await removes();
    await expect(bot.ended).resolves.toEqual({ code: 1, complaints: "We are no longer in this room.\n" });
    await using again = stage.start([...started, room]);
    await again.prints("Listening");
    line.refuse();
    line.cut();
    await removes();
    line.leadTo(stage.url);
    await expect(again.ended).resolves.toEqual({ code: 1, complaints: "We are no longer in this room.\n" });
  });

  it.runIf(isThere)("says why and ends when it may not join [J3]", async () => {
    await using bot = stage.start([...started, stage.cast.room.id]);
    await expect(bot.ended).resolves.toEqual({ code: 1, complaints: "Room not found\n" });
  });
});
