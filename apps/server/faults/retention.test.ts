import { postMessage } from "@tertulia/core/messages/post-message";
import { trimEvents } from "@tertulia/core/feed/trim-events";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { gatherCast } from "@tertulia/testing/cast";
import { Screen } from "@tertulia/testing/drivers/screen";
import { howMuch } from "@tertulia/testing/how-much";
import { layLine } from "@tertulia/testing/line";
import { measured } from "@tertulia/testing/measured";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { until } from "@tertulia/testing/until";
import { describe, expect, test } from "vitest";

const AT_ONCE = 25;

describe.each(testDatabases())("whoever comes back, on %s,", (kind) => {
  test("[A15] after what they missed has been dropped from the log is told so, fetches the room once, and shows it as it is", async () => {
    const { kept, behind } = howMuch.behindRetention;
    await using database = await openTestDatabase(kind);
    const asked: string[] = [];
    const note = (facts: { path?: unknown }) => void (typeof facts.path === "string" && asked.push(facts.path));
    await using server = await startTestServer({ database, log: { debug() {}, info: note, warn: note, error: note } });
    const { mira, tomas, room } = await gatherCast(server.core);
    await using line = await layLine(server.url);
    const oracle = new Oracle();
    await using screen = new Screen({ url: line.url, guest: { username: "tomas", token: tomas.token }, roomId: room.id, oracle });
    await screen.ready();
    line.refuse();
    line.cut();
    await until(screen.room, ({ catchingUp }) => catchingUp);
    let last = 0;
    for (let said = 0; said < behind; said += AT_ONCE) {
      const contents = Array.from({ length: AT_ONCE }, (_, n) => `said ${said + n}`);
      const posted = await Promise.all(contents.map((content) => {
        oracle.sends("mira", content);
        return postMessage(server.core, mira.actor, { roomId: room.id, clientId: crypto.randomUUID(), content, type: "text" });
      }));
      for (const { content, seq } of posted) {
        oracle.hearsAcknowledged(content);
        last = Math.max(last, seq);
      }
    }
    expect(await trimEvents(server.core, { events: kept, days: 0 })).toBe(last - kept);
    asked.length = 0;
    const back = performance.now();
    line.leadTo(server.url);
    screen.client.connection.retryNow();
    await screen.untilHead(last);
    const caughtUp = performance.now() - back;
    expect(asked.filter((path) => path.includes("rooms.open"))).toHaveLength(1);
    const stored = await database.db.selectFrom("messages").select(["content", "seq"]).where("room_id", "=", room.id).orderBy("seq").execute();
    expect(oracle.verdict(stored, [await screen.view()])).toEqual(flawless);
    measured("A15", `log trimmed to ${kept}, back from ${behind} behind: 1 refetch, as the database after ${Math.round(caughtUp)} ms (goal 3,000)`, [caughtUp, 3_000]);
  });
});
