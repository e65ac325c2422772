import { setTimeout as pause } from "node:timers/promises";
import { says } from "@tertulia/testing/model-server/scripts";
import { startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { Connection } from "../generator/connection.ts";
import { mutate, query } from "../generator/http-door.ts";
import { inParts } from "../generator/in-parts.ts";
import { introduce, request } from "../generator/tertulia-dialect.ts";
import type { Row } from "../row.ts";
import { type Contestant, tertulia, tokenByToken } from "../servers/contestants.ts";
import { compare, notShown, within } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 1, membersPerRoom: 200 };
const TOKENS_A_SECOND = 50;
const WARM_UP_SECONDS = 4;
/** After its end is told, a server looks for the next question, and may write once more. */
const SETTLES_MS = 300;

/** An assistant that says 50 tokens a second while 200 watch: what it costs beside a frame a token, and how often it writes to the database. */
export const assistant: Row = {
  name: "assistant",
  async run(bench) {
    await using model = await startModelServer();
    const seconds = bench.quick ? 4 : 12;
    const openAi = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted-1" };
    const [ours, plain] = [await tertulia(bench, PLAN, openAi), tokenByToken(bench, PLAN, openAi)];
    const medians = await interleaved(bench, [ours, plain], async (contestant) => {
      await using server = await contestant.start();
      const watchers = await (contestant === ours ? watchOurs : watchPlain)(contestant, server.port);
      const ask = contestant === ours ? askOurs : askPlain;
      const written = async () => {
        await pause(SETTLES_MS);
        return (await bench.databases.writes()) ?? Number.NaN;
      };
      // What a start leaves to collect and to compile is not what is asked here, nor what a question and the two ends of an answer write: that is an answer of one word.
      model.script(speech(WARM_UP_SECONDS), says([" word"]), speech(seconds));
      await ask(contestant, server.port, watchers);
      const before = await written();
      await ask(contestant, server.port, watchers);
      const between = await written();
      const { cpuMs } = await server.look();
      const startedAt = performance.now();
      await ask(contestant, server.port, watchers);
      const [spoke, cpu] = [(performance.now() - startedAt) / 1_000, (await server.look()).cpuMs - cpuMs];
      const writes = (await written()) - between - (between - before);
      for (const watcher of watchers) watcher.end();
      return { cpu: cpu / spoke, writes: writes / spoke };
    });
    const writes = "database writes a second while it speaks";
    return [
      compare("CPU of an assistant at 50 tokens a second watched by 200, a second", (ms) => `${ms.toPrecision(3)} ms`, medians.of(ours, "cpu"), medians.beside(plain, "cpu"), { atMost: 0.45 }),
      bench.databases.hasPostgres ? within(writes, (value) => value.toPrecision(2), medians.of(ours, "writes"), 1) : notShown(writes, "counted by Postgres", "≤ 1"),
    ];
  },
};

/** Words at the pace, for so long. */
const speech = (seconds: number) => says(Array.from({ length: seconds * TOKENS_A_SECOND }, (_, token) => ` word${token}`), { everyMs: 1_000 / TOKENS_A_SECOND });

type Watch = (contestant: Contestant, port: number) => Promise<Connection[]>;
type Ask = (contestant: Contestant, port: number, watchers: Connection[]) => Promise<void>;

const watchOurs: Watch = async ({ audience, dialect }, port) => {
  const [roomId = ""] = audience.roomIds;
  const [owner] = audience.people;
  if (!owner) throw new Error("Nobody is there.");
  const found = /"id":"([^"]+)"/.exec(await query(port, owner, "assistants.list"))?.[1];
  await mutate(port, owner, "rooms.update", { roomId, settings: { assistantMode: "always" } });
  // In a later round it is there already.
  await mutate(port, owner, "members.add", { roomId, userId: found }).catch(() => undefined);
  const watchers: Connection[] = [];
  await inParts(audience.people, async (person) => {
    const watcher = new Connection(port, dialect.path);
    await watcher.opened;
    introduce(watcher, person);
    watcher.say(request(1, "subscription", "messages.follow", { roomId }));
    watcher.say(request(2, "subscription", "assistants.followRuns", { roomId }));
    for (let started = 0; started < 2; started++) await watcher.hear((text) => text.includes('"type":"started"'));
    // The first one waits for the end; the others only take what comes.
    if (watchers.push(watcher) > 1) watcher.count(() => {});
  });
  return watchers;
};

const askOurs: Ask = async ({ audience }, port, [first]) => {
  const [owner] = audience.people;
  if (!owner) throw new Error("Nobody is there.");
  await mutate(port, owner, "messages.post", { roomId: audience.roomIds[0], clientId: crypto.randomUUID(), content: "Tell us about tea." });
  const end = await first?.hear((text) => /"type":"run\.(completed|failed|stopped)"/.test(text));
  if (!end?.includes("run.completed")) throw new Error(`The answer failed: ${end}`);
};

const watchPlain: Watch = async ({ audience, dialect }, port) => {
  const watchers: Connection[] = [];
  await inParts(audience.people, async () => {
    const watcher = new Connection(port, dialect.path);
    await watcher.opened;
    watcher.say("watch");
    await watcher.hear((text) => text.startsWith('{"joined"'));
    if (watchers.push(watcher) > 1) watcher.count(() => {});
  });
  return watchers;
};

const askPlain: Ask = async (_contestant, _port, [first]) => {
  first?.say("ask");
  await first?.hear((text) => text === '{"done":true}');
};

