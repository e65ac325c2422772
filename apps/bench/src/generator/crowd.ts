import { setTimeout as pause } from "node:timers/promises";
import { Delays } from "../measuring/delays.ts";
import type { Contestant } from "../servers/contestants.ts";
import { Connection, type HearStamp } from "./connection.ts";
import type { Member } from "./dialect.ts";
import { inParts } from "./in-parts.ts";
import { stampedContent, stampNow } from "./stamp.ts";

const PATIENCE_MS = 30_000;

/** Everyone in a contestant's rooms, each with a connection that follows their room; and beside them, connections that post. */
export class Crowd implements Disposable {
  /** Of messages to followers, from when they were sent. */
  readonly deliveries = new Delays();
  /** Of the answers to posts. */
  readonly acks = new Delays();
  readonly followers: number;
  /** Posts that the server didn't take. */
  refused = 0;
  readonly #followers: Connection[] = [];
  /** By room. */
  readonly #posters: Connection[][] = [];
  readonly #contestant: Contestant;
  readonly #port: number;
  readonly #turns: number[] = [];
  /** Counted over all crowds, since what one has posted is still there when the next one comes. */
  static #posted = 0;

  private constructor(contestant: Contestant, port: number) {
    this.#contestant = contestant;
    this.#port = port;
    this.followers = contestant.audience.people.length;
  }

  /** Connects everyone to a contestant that runs at a port, and `postersPerRoom` members of each room once more, to post. */
  static async gather(contestant: Contestant, port: number, { postersPerRoom }: { postersPerRoom: number }): Promise<Crowd> {
    const crowd = new Crowd(contestant, port);
    await crowd.#open(postersPerRoom);
    return crowd;
  }

  get rooms(): number {
    return this.#posters.length;
  }

  /** Whether everyone is still connected: the server has let nobody go. */
  get isWhole(): boolean {
    return [...this.#followers, ...this.#posters.flat()].every(({ isOpen }) => isOpen);
  }

  /** Posts in a room now; its posters take turns. */
  post(room: number): void {
    const posters = this.#posters[room] ?? [];
    const turn = this.#turns[room] ?? 0;
    this.#turns[room] = (turn + 1) % posters.length;
    const poster = posters[turn];
    if (poster) this.#postBy(poster, room);
  }

  /** So many posts a second for so long, one room after the other. Answers how many there were. */
  async postSteadily(rate: number, seconds: number): Promise<number> {
    const startedAt = performance.now();
    for (let sent = 0; ; await pause(1)) {
      const elapsed = Math.min((performance.now() - startedAt) / 1_000, seconds);
      for (; sent < elapsed * rate; sent++) this.post(sent % this.rooms);
      if (elapsed >= seconds) return sent;
    }
  }

  /** Every poster keeps so many posts on their way, until the answer is called. */
  postWithoutPause(ahead: number): () => void {
    let goesOn = true;
    for (const [room, posters] of this.#posters.entries()) {
      for (const poster of posters) {
        const next = () => {
          if (goesOn) this.#postBy(poster, room);
        };
        const acknowledged = (stamp: number) => {
          this.acks.add(stampNow() - stamp);
          next();
        };
        const refused = () => {
          this.refused++;
          next();
        };
        poster.count(acknowledged, refused);
        for (let post = 0; post < ahead; post++) this.#postBy(poster, room);
      }
    }
    return () => (goesOn = false);
  }

  /** Resolves when so many messages have arrived. @throws if they don't within half a minute */
  async hasHeard(messages: number): Promise<void> {
    const startedAt = performance.now();
    while (this.deliveries.count < messages) {
      if (performance.now() - startedAt > PATIENCE_MS) throw new Error(`${this.deliveries.count} of ${messages} messages arrived.`);
      await pause(5);
    }
  }

  /** Resolves when nothing has come for a while. */
  async settles(): Promise<void> {
    let seen = -1;
    for (let waited = 0; seen !== this.deliveries.count + this.acks.count && waited < 20; waited++) {
      seen = this.deliveries.count + this.acks.count;
      await pause(500);
    }
  }

  [Symbol.dispose](): void {
    for (const connection of [...this.#followers, ...this.#posters.flat()]) connection.end();
  }

  async #open(postersPerRoom: number): Promise<void> {
    const { roomIds, people } = this.#contestant.audience;
    const delivered = (stamp: number) => this.deliveries.add(stampNow() - stamp);
    const acknowledged = (stamp: number) => this.acks.add(stampNow() - stamp);
    const refused = () => void this.refused++;
    await inParts(people, async (person) => this.#followers.push(await this.#enter(person, person.rooms.map((room) => roomIds[room] ?? ""), delivered)));
    const posting = roomIds.flatMap((_, room) => people.filter(({ rooms }) => rooms.includes(room)).slice(0, postersPerRoom).map((person) => ({ person, room })));
    for (const _ of roomIds) this.#posters.push([]);
    await inParts(posting, async ({ person, room }) => this.#posters[room]?.push(await this.#enter(person, [], acknowledged, refused, this.#contestant.dialect.posting)));
  }

  async #enter(member: Member, roomIds: string[], heard: HearStamp, refused?: () => void, dialect = this.#contestant.dialect): Promise<Connection> {
    const connection = new Connection(this.#port, dialect.path, dialect.headers?.(member));
    await dialect.enter(connection, member, roomIds);
    connection.count(heard, refused);
    return connection;
  }

  #postBy(poster: Connection, room: number): void {
    poster.say(this.#contestant.dialect.post(this.#contestant.audience.roomIds[room] ?? "", Crowd.#posted++, stampedContent()));
  }
}
