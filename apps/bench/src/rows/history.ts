import { openDatabase } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import { sql } from "kysely";
import { query } from "../generator/http-door.ts";
import { median } from "../measuring/statistics.ts";
import type { Row } from "../row.ts";
import type { Person } from "../servers/audience.ts";
import { tertulia } from "../servers/contestants.ts";
import type { DatabasePlace } from "../servers/databases.ts";
import { compare, milliseconds, notShown } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 1, membersPerRoom: 2 };
const MESSAGES = 1_000_000;
const PAGE = 50;

/** A page of history a million messages deep beside the newest page, over HTTP. */
export const history: Row = {
  name: "history",
  async run(bench) {
    const measure = "history page a million deep, beside the newest page";
    const ours = await tertulia(bench, PLAN);
    if (!bench.databases.hasPostgres) return [notShown(measure, "takes a Postgres to fill in time", "≤ 1.2×")];
    const [roomId = ""] = ours.audience.roomIds;
    await fillRoom(ours.place, roomId);
    const medians = await interleaved(bench, [ours], async (contestant) => {
      await using server = await contestant.start();
      const [reader] = contestant.audience.people;
      if (!reader) throw new Error("Nobody is there to read.");
      const [newest, deep] = [pageOf(server.port, reader, roomId, MESSAGES + 1), pageOf(server.port, reader, roomId, PAGE * 2)];
      const times: Record<"newest" | "deep", number[]> = { newest: [], deep: [] };
      for (let page = -50; page < (bench.quick ? 50 : 400); page++) {
        const [atTheEnd, atTheBeginning] = [await newest(), await deep()];
        if (page < 0) continue;
        times.newest.push(atTheEnd);
        times.deep.push(atTheBeginning);
      }
      return { newest: median(times.newest), deep: median(times.deep) };
    });
    return [compare(measure, milliseconds, medians.of(ours, "deep"), { name: "the newest", value: medians.of(ours, "newest") }, { atMost: 1.2 })];
  },
};

/** A million messages, as posts would have left them. */
async function fillRoom(place: DatabasePlace, roomId: string): Promise<void> {
  if (!("url" in place)) return;
  await using database = await openDatabase(place, { log: silentLog });
  const { db } = database;
  // The everyday limit of a statement is far below what this takes.
  await db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    for (let first = 1; first <= MESSAGES; first += 20_000) {
      await sql`
        insert into messages (id, room_id, seq, unread_seq, author_id, role, type, content, created_at, updated_at)
        select gen_random_uuid(), ${roomId}, seq, seq, (select user_id from room_members where room_id = ${roomId} limit 1), 'user', 'text',
          'Shall we meet at the tea house at five? I''ll bring the biscuits. ' || seq, now(), now()
        from generate_series(${first}::bigint, ${first + 19_999}::bigint) seq`.execute(connection);
    }
    await sql`update rooms set head_seq = ${MESSAGES} where id = ${roomId}`.execute(connection);
    await sql`analyze`.execute(connection);
  });
}

/** Reads a page; answers how long it took. */
function pageOf(port: number, reader: Person, roomId: string, before: number): () => Promise<number> {
  return async () => {
    const startedAt = performance.now();
    const page = await query(port, reader, "messages.list", { roomId, before, limit: PAGE });
    const took = performance.now() - startedAt;
    if (!page.includes(`"seq":${before - 1},`)) throw new Error(`This isn't the page before ${before}: ${page.slice(0, 200)}`);
    return took;
  };
}
