import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "../generator/connection.ts";
import { Crowd } from "../generator/crowd.ts";
import { introduce, request } from "../generator/tertulia-dialect.ts";
import type { Row } from "../row.ts";
import type { Person } from "../servers/audience.ts";
import { type Contestant, rawWsInsert, tertulia } from "../servers/contestants.ts";
import { compare, milliseconds } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 20, membersPerRoom: 100 };
const MISSED = 50;
/** Who was turned away waits about so long, as a client does. */
const AGAIN_AFTER_MS = 500;

/** 2,000 come back at once, each with 50 events to catch up on: how long until all have all of it. Raw ws gives nobody what they missed; it only lets them in. */
export const reconnect: Row = {
  name: "reconnect",
  async run(bench) {
    const [ours, insert] = [await tertulia(bench, PLAN), await rawWsInsert(bench, PLAN)];
    const medians = await interleaved(bench, [ours, insert], async (contestant) => {
      await using server = await contestant.start();
      const everyone = await Crowd.gather(contestant, server.port, { postersPerRoom: 0 });
      everyone[Symbol.dispose]();
      // Others are there all the while, as when only some lose their line: one in each room.
      const others = { ...contestant, audience: { ...contestant.audience, people: contestant.audience.people.slice(0, PLAN.rooms) } };
      using crowd = await Crowd.gather(others, server.port, { postersPerRoom: 1 });
      const comeBack = contestant.isOurs ? await rememberPlaces(contestant, server.port) : justComeBack(contestant, server.port);
      await postInEveryRoom(crowd);
      const { cpuMs } = await server.look();
      const startedAt = performance.now();
      let tries = 0;
      const connections = await Promise.all(
        contestant.audience.people.map(async (person) => {
          for (; ; await pause(AGAIN_AFTER_MS * (0.5 + Math.random()))) {
            tries++;
            const connection = await comeBack(person);
            if (connection) return connection;
          }
        }),
      );
      const took = performance.now() - startedAt;
      const used = (await server.look()).cpuMs - cpuMs;
      for (const connection of connections) connection.end();
      return { took, "server's CPU ms": used, tries };
    });
    return [compare("2,000 reconnect at once, each missing 50 events: until all have all", milliseconds, medians.of(ours, "took"), medians.beside(insert, "took"), { atMost: 1.6 })];
  },
};

/** Comes back to where one was; null if the server closed the connection before that. */
type ComeBack = (person: Person) => Promise<Connection | null>;

async function postInEveryRoom(crowd: Crowd): Promise<void> {
  for (let post = 1; post <= MISSED; post++) {
    for (let room = 0; room < PLAN.rooms; room++) crowd.post(room);
    await crowd.hasHeard(post * PLAN.rooms);
  }
}

/** Comes back to where it was, and stays until all that was missed is there. */
async function rememberPlaces({ audience, dialect }: Contestant, port: number): Promise<ComeBack> {
  const heads = await Promise.all(audience.roomIds.map((roomId, room) => headOf(port, roomId, audience.people.find(({ rooms }) => rooms.includes(room)))));
  return async (person) => {
    const connection = new Connection(port, dialect.path);
    await Promise.race([connection.opened.catch(() => {}), connection.closed]);
    const [room = 0] = person.rooms;
    const caughtUp = new Promise<void>((resolve) => {
      let heard = 0;
      connection.count(() => {
        if (++heard === MISSED) resolve();
      });
    });
    introduce(connection, person);
    connection.say(request(1, "subscription", "messages.follow", { roomId: audience.roomIds[room], lastEventId: heads[room] }));
    await Promise.race([caughtUp, connection.closed]);
    return connection.isOpen ? connection : null;
  };
}

/** The id of the last event in a room, as a client remembers it. */
async function headOf(port: number, roomId: string, person: Person | undefined): Promise<string> {
  const connection = new Connection(port, "/api/trpc?connectionParams=1");
  await connection.opened;
  introduce(connection, { token: person?.token ?? "" });
  connection.say(request(1, "subscription", "messages.follow", { roomId }));
  const first = await connection.hear((text) => text.includes('"type":"data"'));
  connection.end();
  return /"type":"data","id":"(\d+)"/.exec(first)?.[1] ?? "0";
}

/** Is let in again; what was missed is lost. */
function justComeBack({ audience, dialect }: Contestant, port: number): ComeBack {
  return async (person) => {
    const connection = new Connection(port, dialect.path);
    const entered = dialect.enter(connection, person, person.rooms.map((room) => audience.roomIds[room] ?? ""));
    return entered.then(() => connection, () => null);
  };
}
