import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Bus } from "@tertulia/model/ports/bus";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person, refusalOf } from "../../test/cast.ts";
import { listen } from "../../test/listener.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { announce } from "./announce.ts";
import { openNoticeBoard } from "./notice-board.ts";
import { tellRestart } from "./tell-restart.ts";

const MINUTE_MS = 60_000;

describe.each(testDatabases())("notices on %s", (kind) => {
  let database: Database;
  let core: Core;
  let elsewhere: Core;
  let clock: MovableClock;
  let mira: Actor;
  let tomas: Actor;

  beforeEach(async () => {
    database = await openTestDatabase(kind);
    ({ core, clock } = await openTestCore(database));
    ({ core: elsewhere } = await openTestCore(database, {}, { clock, bus: core.bus }));
    [mira, tomas] = [await person(core, "mira", { role: "ADMIN" }), await person(core, "tomas")];
  });
  afterEach(async () => {
    await elsewhere.close();
    await core.close();
    await database.close();
  });

  test("[S1] what an administrator announces is told to everyone, on every node", async () => {
    const ears = [await listen(core, mira, { kind: "notices" }), await listen(core, tomas, { kind: "notices" }), await listen(elsewhere, tomas, { kind: "notices" })];
    expect(ears.map(({ batches }) => batches)).toEqual(ears.map(() => [{ kind: "notices", items: [] }]));
    const notice = await announce(core, mira, { text: "Cake in the kitchen" });
    expect(notice).toMatchObject({ kind: "announcement", text: "Cake in the kitchen", severity: "info", scheduledAt: null, durationMinutes: null });
    for (const ear of ears) {
      await ear.until(() => ear.notices.length > 0);
      expect(ear.notices).toEqual([notice]);
    }
  });

  test("[S1] one still in force is told to whoever comes, one that is over isn't", async () => {
    const at = (minutes: number) => new Date(clock.now() + minutes * MINUTE_MS).toISOString();
    const forADay = await announce(core, mira, { text: "Tea is out" });
    const planned = await announce(core, mira, { text: "Moving house", severity: "warning", scheduledAt: at(30), durationMinutes: 15 });
    const short = await announce(core, mira, { text: "Mind the step", durationMinutes: 10 });
    const told = async () => (await listen(elsewhere, tomas, { kind: "notices" })).notices;
    expect(await told()).toEqual([forADay, planned, short]);
    clock.move(44 * MINUTE_MS);
    expect(await told()).toEqual([forADay, planned]);
    clock.move(MINUTE_MS);
    expect(await told()).toEqual([forADay]);
    clock.move(24 * 60 * MINUTE_MS);
    expect(await told()).toEqual([]);
  });

  test("only a global ADMIN announces", async () => {
    const moderator = await person(core, "lin", { role: "MODERATOR" });
    for (const who of [tomas, moderator]) expect(await refusalOf(announce(core, who, { text: "Cake" }))).toMatchObject({ code: "PERMISSION_DENIED" });
  });

  test("what is over already, or begins in more than a year, is refused, and so is what no database can keep", async () => {
    const yesterday = new Date(clock.now() - 24 * 60 * MINUTE_MS).toISOString();
    for (const scheduledAt of [yesterday, "2031-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"]) {
      for (const duration of [{}, { durationMinutes: 60 }]) {
        expect(await refusalOf(announce(core, mira, { text: "Cake", scheduledAt, ...duration }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "scheduledAt" } });
      }
    }
    await announce(core, mira, { text: "It goes on till tomorrow", scheduledAt: yesterday, durationMinutes: 2 * 24 * 60 });
  });

  test("[S2] a restart is told by the node that stops to those who are connected to it, and to nobody who comes later", async () => {
    const [here, there] = [await listen(core, tomas, { kind: "notices" }), await listen(elsewhere, tomas, { kind: "notices" })];
    tellRestart(core);
    expect(here.notices).toMatchObject([{ kind: "restart" }]);
    expect(there.notices).toEqual([]);
    expect((await listen(core, tomas, { kind: "notices" })).notices).toEqual([]);
  });

  test("who stops following hears nothing more, and who doesn't read is let go", async () => {
    const gone = await listen(core, tomas, { kind: "notices" });
    gone.stop();
    const slow = await listen(core, tomas, { kind: "notices" });
    slow.buffered = () => 10_000_000;
    tellRestart(core);
    expect([gone.notices, slow.notices, slow.end]).toEqual([[], [], "slow"]);
  });

  test("what was announced while other nodes weren't heard is told when they are heard again", async () => {
    let miss = () => {};
    const deaf: Bus = { ...core.bus, publish() {}, listen: async () => () => {}, onMissed: (listener) => ((miss = listener), () => {}) };
    const board = await openNoticeBoard({ ...core, bus: deaf });
    const ear = await listen({ ...core, notices: board }, tomas, { kind: "notices" });
    const notice = await announce(core, mira, { text: "Cake in the kitchen" });
    miss();
    await ear.until(() => ear.notices.length > 0);
    expect(ear.notices).toEqual([notice]);
    board.close();
  });
});
