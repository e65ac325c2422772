import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { gatherCrowd } from "@tertulia/testing/crowd";
import { Screen } from "@tertulia/testing/drivers/screen";
import { howMuch } from "@tertulia/testing/how-much";
import { measured } from "@tertulia/testing/measured";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterEach, describe, expect, test, vi } from "vitest";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PEOPLE = 3;

afterEach(() => void vi.useRealTimers());

describe.each(testDatabases())("clocks that disagree, on %s", (kind) => {
  test("[A40] a server's that is put back five minutes and forth again misorders nothing, ends no session, and lets everyone go on", async () => {
    const { postsPerStep } = howMuch.clockSkew;
    const clock = new MovableClock();
    await using database = await openTestDatabase(kind);
    await using server = await startTestServer({ clock, database, postsPerMinute: PEOPLE * postsPerStep * 10 });
    const { people, rooms: [roomId = ""] } = await gatherCrowd(database.db, { people: PEOPLE });
    const oracle = new Oracle();
    await using screens = new AsyncDisposableStack();
    const everyone = people.map((guest) => screens.use(new Screen({ url: server.url, guest, roomId, oracle })));
    await Promise.all(everyone.map((screen) => screen.ready()));
    let said = 0;
    for (const step of [0, -5 * MINUTE_MS, 5 * MINUTE_MS, -DAY_MS, DAY_MS]) {
      clock.set(step);
      for (let n = 0; n < postsPerStep; n++) everyone[said % PEOPLE]?.says(`said ${said++}`);
      await oracle.untilAcknowledged(said);
    }
    await using late = new Screen({ url: server.url, guest: people[0] ?? { username: "", token: "" }, roomId, oracle });
    await late.ready();
    await Promise.all(everyone.map((screen) => screen.untilHead(said)));
    const views = await Promise.all([...everyone, late].map((screen) => screen.view()));
    expect(oracle.verdict(views[0]?.messages ?? [], views)).toEqual(flawless);
    expect(everyone.flatMap(({ refused }) => refused)).toEqual([]);
    measured("A40", `server clock stepped −5 min, back, −1 day, back under ${said} posts: order errors 0, sessions ended 0, refused 0`);
  });

  test.for([-DAY_MS, DAY_MS])("[A40] a client whose clock is %i ms off sends and hears like any other", async (offMs) => {
    // The server has its own clock; in this process the client alone reads Date.
    const clock = new MovableClock();
    await using database = await openTestDatabase(kind);
    await using server = await startTestServer({ clock, database });
    const { people: [guest, other], rooms: [roomId = ""] } = await gatherCrowd(database.db, { people: 2 });
    if (!guest || !other) throw new Error("Nobody is here.");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + offMs });
    const oracle = new Oracle();
    await using skewed = new Screen({ url: server.url, guest, roomId, oracle });
    await using straight = new Screen({ url: server.url, guest: other, roomId, oracle });
    await Promise.all([skewed.ready(), straight.ready()]);
    for (let n = 0; n < 20; n++) [skewed, straight][n % 2]?.says(`said ${n}`);
    await oracle.untilAcknowledged(20);
    await Promise.all([skewed, straight].map((screen) => screen.untilHead(20)));
    const views = await Promise.all([skewed, straight].map((screen) => screen.view()));
    expect(oracle.verdict(views[1]?.messages ?? [], views)).toEqual(flawless);
    expect(skewed.refused).toEqual([]);
  });
});
