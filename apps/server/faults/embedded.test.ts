import { openDatabase } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import { gatherCrowd } from "@tertulia/testing/crowd";
import { LeanClient } from "@tertulia/testing/drivers/lean-client";
import { howMuch } from "@tertulia/testing/how-much";
import { limitsOutOfTheWay } from "@tertulia/testing/limits-out-of-the-way";
import { measured } from "@tertulia/testing/measured";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { TEST_SECRET } from "@tertulia/testing/start-test-server";
import { expect, test } from "vitest";
import { ServerProcess } from "../test/server-process.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { numberOf, postOver } from "./looks.ts";

const POSTERS = 40;
const PINGED_EVERY_MS = 100;

test("[A6] the embedded database under all the writes it can take leaves the event loop to the sockets: every ping is answered", async () => {
  const { inserts } = howMuch.embeddedUnderWrites;
  await using folder = await temporaryFolder();
  const { people, rooms: [room = ""] } = await gathered(folder.path);
  await using server = new ServerProcess({ DATA_DIR: folder.path, AUTH_SECRET: TEST_SECRET, ...limitsOutOfTheWay, LOG_LEVEL: "error" });
  const url = await server.url();
  const [listener, ...posters] = people;
  if (!listener) throw new Error("Nobody listens.");
  await using client = new LeanClient({ url, guest: listener, comesBack: false });
  await client.follow(room);
  let [pings, pongs] = [0, 0];
  client.socket?.on("pong", () => pongs++);
  const pinging = setInterval(() => {
    pings++;
    client.socket?.ping();
  }, PINGED_EVERY_MS);

  const oracle = new Oracle();
  let said = 0;
  await numberOf(url, "tertulia_event_loop_delay_p99_seconds");
  const began = performance.now();
  await Promise.all(posters.map(async (poster) => {
    while (said < inserts) {
      const content = `said ${said++}`;
      oracle.sends(poster.username, content);
      expect(await postOver(url, poster, room, content)).toBe(200);
      oracle.hearsAcknowledged(content);
    }
  }));
  const perSecond = said / ((performance.now() - began) / 1_000);
  const delayMs = 1_000 * (await numberOf(url, "tertulia_event_loop_delay_p99_seconds"));
  clearInterval(pinging);
  await expect.poll(() => pongs, { timeout: 10_000 }).toBe(pings);
  await expect.poll(() => client.heard.get(room)?.length, { timeout: 60_000 }).toBe(said);
  const heard = client.view(room);
  expect(oracle.verdict(heard.messages, [heard])).toEqual(flawless);
  measured("A6", `${Math.round(perSecond)} posts/s on the embedded database: loop delay p99 ${Math.round(delayMs)} ms (goal 50), ${pings} pings, none missed`, [delayMs, 50]);
});

/** People in a folder that no process has open. */
async function gathered(dataDir: string) {
  await using database = await openDatabase({ dataDir }, { log: silentLog });
  const crowd = await gatherCrowd(database.db, { people: POSTERS + 1 });
  return crowd;
}
