import { atPace, untilPassed } from "@tertulia/testing/drivers/at-pace";
import { LeanClient } from "@tertulia/testing/drivers/lean-client";
import { Screen } from "@tertulia/testing/drivers/screen";
import { howMuch, isSoak } from "@tertulia/testing/how-much";
import { layLine } from "@tertulia/testing/line";
import { measured, percentile } from "@tertulia/testing/measured";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { describe, expect, test } from "vitest";
import { canStartPostgres } from "../../../scripts/temporary-postgres.mjs";
import { numberOf, postOver } from "./looks.ts";
import { Stage } from "./stage.ts";

const PEOPLE = 8;
/** However busy the machine is. */
const SOON = { timeout: 60_000 };

describe.skipIf(!canStartPostgres())("a line", () => {
  test("[A13] that breaks again and again, under everyone, loses, doubles and disorders nothing", async () => {
    const { everyMs, cuts, postsPerSecond } = howMuch.closedSockets;
    await using stage = await Stage.open({ people: PEOPLE });
    await using line = await layLine(await stage.server().url());
    const oracle = new Oracle();
    await using screens = new AsyncDisposableStack();
    const everyone = stage.people.map((guest) => screens.use(new Screen({ url: line.url, guest, roomId: stage.room, oracle })));
    await Promise.all(everyone.map((screen) => screen.ready()));

    const said: { content: string; at: number }[] = [];
    const stop = atPace(postsPerSecond, (turn) => {
      said.push({ content: `said ${turn}`, at: performance.now() });
      everyone[turn % PEOPLE]?.says(`said ${turn}`);
    });
    const caughtUp: number[] = [];
    for (let cut = 0; cut < cuts; cut++) {
      const begun = performance.now();
      const cutAt = Date.now();
      line.cut();
      await Promise.all(everyone.map(async (screen) => {
        await screen.untilBack(cutAt);
        caughtUp.push(performance.now() - begun);
      }));
      await untilPassed(begun + everyMs);
    }
    stop();
    await oracle.untilAcknowledged(oracle.sent);
    const stored = await stage.stored();
    await Promise.all(everyone.map((screen) => screen.untilHead(stored.at(-1)?.seq ?? 0)));
    expect(oracle.verdict(stored, await Promise.all(everyone.map((screen) => screen.view())))).toEqual(flawless);
    expect(everyone.flatMap(({ refused }) => refused)).toEqual([]);
    const p95 = percentile(caughtUp, 0.95);
    measured("A13", `${cuts} times every socket cut, ${oracle.sent} posts: lost 0, doubled 0; caught up p95 ${Math.round(p95)} ms (goal 2,000)`, [p95, 2_000]);
  });

  test("[A14] that goes silent in both directions is given up by the server within 35 s, and what was missed is caught up when it speaks", async () => {
    await using stage = await Stage.open({ people: 2 });
    const url = await stage.server().url();
    await using line = await layLine(url);
    const oracle = new Oracle();
    await using mira = new Screen({ url, guest: stage.person(0), roomId: stage.room, oracle });
    await using tomas = new Screen({ url: line.url, guest: stage.person(1), roomId: stage.room, oracle });
    await Promise.all([mira.ready(), tomas.ready()]);
    expect(await numberOf(url, "tertulia_sockets")).toBe(2);
    line.silence();
    for (let n = 0; n < 20; n++) mira.says(`while it is silent ${n}`);
    await oracle.untilAcknowledged(20);
    expect(tomas.room.get().messages).toEqual([]);
    expect(tomas.client.connection.get().status).toBe("online");
    if (isSoak) {
      const silent = performance.now();
      // Both sides find out by themselves: the server closes, the client begins anew and waits.
      while ((await numberOf(url, "tertulia_sockets")) > 1) await untilPassed(performance.now() + 200);
      const reapedMs = performance.now() - silent;
      measured("A14", `silent socket reaped after ${Math.round(reapedMs / 1_000)} s (goal 35)`, [reapedMs, 35_000]);
    }
    line.speak();
    const spoke = performance.now();
    const stored = await stage.stored();
    await tomas.untilHead(stored.at(-1)?.seq ?? 0);
    const caughtUp = performance.now() - spoke;
    expect(oracle.verdict(stored, [await mira.view(), await tomas.view()])).toEqual(flawless);
    measured("A14", `caught up ${Math.round(caughtUp)} ms after the line spoke again (goal 3,000)`, [caughtUp, 3_000]);
  });
});

test.skipIf(!canStartPostgres())("[A18] who reads nothing is let go with 4503 and nobody else waits for them; they resume with nothing lost", async () => {
  const { megabytes } = howMuch.slowReaders;
  const long = "汉".repeat(10_000);
  const posts = Math.ceil((megabytes * 1e6) / 30_000);
  await using stage = await Stage.open({ people: 3, rooms: 2 });
  const [quiet = "", room = ""] = stage.rooms;
  const url = await stage.server().url();
  await using reader = new LeanClient({ url, guest: stage.person(0) });
  await using sleeper = new LeanClient({ url, guest: stage.person(1) });
  await Promise.all([reader.follow(quiet), reader.follow(room), sleeper.follow(room)]);
  /** Says it all in a room; answers how long the reader waited for each, and the memory afterwards. */
  const saysItAll = async (roomId: string, oracle: Oracle) => {
    const waits: number[] = [];
    const sentAt = new Map<string, number>();
    reader.onHeard = ({ content }) => waits.push(performance.now() - (sentAt.get(content) ?? 0));
    for (let n = 0; n < posts; n++) {
      const content = `${n} ${long.slice(10)}`;
      oracle.sends("guest", content);
      sentAt.set(content, performance.now());
      expect(await postOver(url, stage.person(2), roomId, content)).toBe(200);
      oracle.hearsAcknowledged(content);
    }
    await expect.poll(() => reader.heard.get(roomId)?.length, SOON).toBe(posts);
    return { p99: percentile(waits, 0.99), rss: await numberOf(url, "tertulia_resident_memory_bytes") };
  };
  // The same without anyone who doesn't read, to compare with.
  const without = await saysItAll(quiet, new Oracle());
  const oracle = new Oracle();
  sleeper.socket?.pause();
  const beside = await saysItAll(room, oracle);
  expect(await numberOf(url, "tertulia_slow_readers_dropped_total")).toBe(1);
  const stored = await stage.stored(room);
  sleeper.socket?.resume();
  await expect.poll(() => sleeper.closes.length, SOON).toBeGreaterThan(0);
  expect([4503, 1006]).toContain(sleeper.closes[0]);
  const [grown, slower] = [beside.rss - without.rss, beside.p99 / without.p99];
  measured(
    "A18",
    `${megabytes} MB said past a reader that takes none: closed with ${sleeper.closes[0]}, memory +${Math.round(grown / 1e6)} MB (goal +20); another reader waited p99 ${beside.p99.toFixed(1)} ms, ${without.p99.toFixed(1)} ms without it, × ${slower.toFixed(2)} (goal 1.2)`,
    [grown, 20e6],
    [slower, 1.2],
  );
  // Too many to be told one by one are told as a reset, and fetched.
  await expect.poll(() => (sleeper.resets.get(room) ?? 0) > 0 || sleeper.heard.get(room)?.length === posts, SOON).toBe(true);
  const views = [reader, ...(sleeper.resets.size > 0 ? [] : [sleeper])].map((each) => each.view(room));
  expect(oracle.verdict(stored, views)).toEqual(flawless);
});
