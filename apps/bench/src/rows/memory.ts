import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "../generator/connection.ts";
import { inParts } from "../generator/in-parts.ts";
import { introduce, request } from "../generator/tertulia-dialect.ts";
import type { Bench, Row } from "../row.ts";
import type { Person } from "../servers/audience.ts";
import { type Contestant, rawWs, socketIoInsert, tertulia } from "../servers/contestants.ts";
import { compare, kilobytes, within } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const ONE_ROOM_EACH = { rooms: 100, membersPerRoom: 40 };
const TWENTY_ROOMS_EACH = { rooms: 800, membersPerRoom: 125, roomsPerMember: 20 };
/** These come first and aren't counted: by then the heap has grown to its working size. */
const WARM_UP = 1_000;
const MOST_TRIES = 5;

/** Connects as someone, and resolves once they hear all that they asked for. */
type Enter = (contestant: Contestant, connection: Connection, person: Person) => Promise<void>;

/** What an idle, authenticated connection takes of the server's memory, garbage collected: with one follow, and with all that the web app follows. */
export const memory: Row = {
  name: "memory",
  async run(bench) {
    const [ours, ws, socketIo] = [await tertulia(bench, ONE_ROOM_EACH), rawWs(bench, ONE_ROOM_EACH), await socketIoInsert(bench, ONE_ROOM_EACH)];
    const web = { ...(await tertulia(bench, TWENTY_ROOMS_EACH)), name: "Tertulia, as the web app follows" };
    const medians = await interleaved(bench, [ours, web, ws, socketIo], (contestant) => perConnection(bench, contestant, contestant === web ? enterLikeTheWebApp : enterOneRoom));
    const one = "memory per idle connection with one follow";
    return [
      within(one, kilobytes, medians.of(ours, "resident"), 16 * 1_024),
      compare(one, kilobytes, medians.of(ours, "resident"), medians.beside(socketIo, "resident"), { atMost: 0.7 }),
      within("memory per idle connection with all that the web app follows, 20 rooms", kilobytes, medians.of(web, "resident"), 24 * 1_024),
    ];
  },
};

async function perConnection(bench: Bench, contestant: Contestant, enter: Enter): Promise<{ resident: number; heap: number }> {
  await using server = await contestant.start();
  const connections = new Map<Person, Connection>();
  const open = async (people: readonly Person[]) => {
    // Who is let go comes back, as anyone would; a few are where the machine is busy.
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      await inParts(people.filter((person) => connections.get(person)?.isOpen !== true), async (person) => {
        const connection = new Connection(server.port, contestant.dialect.path);
        connections.set(person, connection);
        await enter(contestant, connection, person).then(() => connection.count(() => {}), () => {});
      });
    }
  };
  const rested = async () => {
    await pause(bench.quick ? 500 : 2_000);
    return server.look("after collecting");
  };
  const { people } = contestant.audience;
  await open(people.slice(0, WARM_UP));
  const before = await rested();
  await open(people.slice(WARM_UP));
  const after = await rested();
  const gone = people.filter((person) => connections.get(person)?.isOpen !== true).length;
  if (gone > 0) throw new Error(`${contestant.name} let ${gone} connections go.`);
  const counted = people.length - WARM_UP;
  for (const connection of connections.values()) connection.end();
  return { resident: (after.rss - before.rss) / counted, heap: (after.heap - before.heap) / counted };
}

const enterOneRoom: Enter = ({ dialect, audience }, connection, person) => dialect.enter(connection, person, person.rooms.map((room) => audience.roomIds[room] ?? ""));

/** The inbox of 20 rooms, and all that is to be heard of the one on screen. */
const enterLikeTheWebApp: Enter = async ({ audience }, connection, person) => {
  const roomId = audience.roomIds[person.rooms[0] ?? 0];
  const follows = ["messages.follow", "reads.follow", "typing.follow", "presence.follow", "assistants.followRuns"];
  await connection.opened;
  introduce(connection, person);
  connection.say(request(0, "subscription", "inbox.follow"));
  for (const [place, path] of follows.entries()) connection.say(request(place + 1, "subscription", path, { roomId }));
  for (let started = 0; started <= follows.length; started++) await connection.hear((text) => text.includes('"type":"started"'));
};
