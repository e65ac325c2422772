import { atPace } from "@tertulia/testing/drivers/at-pace";
import { Screen } from "@tertulia/testing/drivers/screen";
import { howMuch } from "@tertulia/testing/how-much";
import { measured } from "@tertulia/testing/measured";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { describe, expect, test } from "vitest";
import { canStartPostgres } from "../../../scripts/temporary-postgres.mjs";
import { numberOf, postOver, statusOf } from "./looks.ts";
import { Stage } from "./stage.ts";

const POSTERS = 12;
const CALLS_WHILE_STALLED = 40;

describe.skipIf(!canStartPostgres())("a Postgres", () => {
  test("[A7] that crashes and starts again closes no socket and loses nothing, and posting goes on by itself", async () => {
    const { restarts, postsPerSecond } = howMuch.postgresRestarts;
    await using stage = await Stage.open({ people: POSTERS + 1 });
    const url = await stage.server().url();
    const oracle = new Oracle();
    await using screens = new AsyncDisposableStack();
    const [listener, ...posters] = stage.people.map((guest) => screens.use(new Screen({ url, guest, roomId: stage.room, oracle })));
    if (!listener) throw new Error("Nobody listens.");
    await Promise.all([listener, ...posters].map((screen) => screen.ready()));
    const lost: string[] = [];
    for (const { who, client } of [listener, ...posters]) client.connection.subscribe(() => client.connection.get().status === "reconnecting" && lost.push(who));

    const stop = atPace(postsPerSecond, (turn) => posters[turn % POSTERS]?.says(`said ${turn}`));
    const slowest: number[] = [];
    for (let restart = 1; restart <= restarts; restart++) {
      await oracle.untilAcknowledged(oracle.acknowledged + postsPerSecond);
      await stage.postgres.crash();
      const unheard = oracle.sent;
      await stage.postgres.startAgain();
      const ready = performance.now();
      await oracle.untilAcknowledged(Math.max(oracle.acknowledged + 1, unheard - postsPerSecond));
      slowest.push(performance.now() - ready);
    }
    stop();
    await oracle.untilAcknowledged(oracle.sent);
    const stored = await stage.stored();
    await Promise.all(posters.concat(listener).map((screen) => screen.untilHead(stored.at(-1)?.seq ?? 0)));
    expect(oracle.verdict(stored, await Promise.all([listener, ...posters].map((screen) => screen.view())))).toEqual(flawless);
    expect(lost).toEqual([]);
    expect(posters.flatMap(({ refused }) => refused)).toEqual([]);
    measured("A7", `${restarts} restarts, ${oracle.sent} posts: lost 0, doubled 0, sockets closed 0; first acks after ready ${slowest.map((ms) => Math.round(ms)).join(", ")} ms (goal 3,000)`, [Math.max(...slowest), 3_000]);
  });

  test("[A8] that stands still has every call answered with UNAVAILABLE, and is served again when it goes on", async () => {
    const { stalledMs } = howMuch.postgresStalls;
    await using stage = await Stage.open({ people: 2 });
    const url = await stage.server().url();
    const post = (content: string) => postOver(url, stage.person(0), stage.room, content);
    expect(await post("before")).toBe(200);
    const rssBefore = await numberOf(url, "tertulia_resident_memory_bytes");

    stage.postgres.stall();
    const stalled = performance.now();
    const answers = Array.from({ length: CALLS_WHILE_STALLED }, async (_, n) => {
      const asked = performance.now();
      const status = await post(`meanwhile ${n}`);
      return { status, ms: performance.now() - asked };
    });
    expect(await statusOf(`${url}/healthz`)).toBe(200);
    expect(await statusOf(`${url}/readyz`)).toBe(503);
    const answered = await Promise.all(answers);
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([503]));
    while (performance.now() - stalled < stalledMs) expect(await post("still")).toBe(503);
    const rssGrown = (await numberOf(url, "tertulia_resident_memory_bytes")) - rssBefore;
    stage.postgres.goOn();
    const wentOn = performance.now();
    while ((await post("after")) !== 200);
    const recovered = performance.now() - wentOn;
    await expect.poll(() => statusOf(`${url}/readyz`), { timeout: 30_000 }).toBe(200);
    const slowest = Math.max(...answered.map(({ ms }) => ms));
    measured("A8", `stalled ${stalledMs / 1_000} s: ${CALLS_WHILE_STALLED} calls answered 503 within ${Math.round(slowest)} ms (goal 6,000), memory +${Math.round(rssGrown / 1e6)} MB (goal 50), served again after ${Math.round(recovered)} ms (goal 3,000)`, [slowest, 6_000], [rssGrown, 50e6], [recovered, 3_000]);
  });
});
