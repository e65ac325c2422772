import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { RoomEvent } from "@tertulia/model/events";
import type { Seq } from "@tertulia/model/ids";
import { MovableClock } from "@tertulia/testing/movable-clock";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HandTurnedLoop } from "../../test/hand-turned-loop.ts";
import { deleted, joined, left, PlainListener, ROOM } from "../../test/plain-listener.ts";
import { Courier } from "./courier.ts";
import type { SinkEnd } from "./feed.ts";
import { RoomFeed } from "./room-feed.ts";

const PEOPLE = ["mira", "tomas", "wen", "lin"];
const CLIENTS = 8;

// What happens to a room, its bus, its database and its clients, in any order.
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("post" as const), bell: fc.constantFrom("rings", "rings", "rings", "is lost", "is late", "rings twice"), count: fc.constantFrom(1, 1, 1, 2, 12) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("come or go" as const), who: fc.integer({ min: 1, max: PEOPLE.length - 1 }), bell: fc.constantFrom("rings", "is lost", "is late") }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant("follow" as const), client: fc.integer({ min: 0, max: CLIENTS - 1 }) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("find a member" as const) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("go live" as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("read the log" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("cut" as const), client: fc.integer({ min: 0, max: CLIENTS - 1 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("ring late bells" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("check heads" as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("turn" as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 200 }) }) },
);

test("[M4, B38] whatever is lost, late, doubled or cut, each client has every event since its first, once and in order, as far as its user was let", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 150, size: "max" }), async (steps) => {
      const room = new Room();
      for (const each of steps) await room.live(each);
      await room.settle();
      for (const client of room.clients) {
        const from = client.seqs[0] ?? room.log.length + 1;
        expect(client.seqs).toEqual(Array.from({ length: client.seqs.length }, (_, index) => from + index));
        expect(client.isFollowing ? client.cursor : room.log.length).toBe(room.log.length);
      }
      // Nobody was taken for one who had missed something.
      expect(room.ends).not.toContain("broken");
      // Who is no member heard nothing that was said after they had gone.
      for (const client of room.clients) for (const { seq, heard } of client.stretches) expect(heard).toBeLessThanOrEqual(room.lastSeqFor(client.name, seq));
    }),
    { numRuns: 400 },
  );
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One device of one person: what it has rendered, over all its connections. */
class Client {
  readonly name: string;
  readonly seqs: Seq[] = [];
  /** How far each of its connections got, and where its user was found to be a member. */
  readonly stretches: { seq: Seq; heard: Seq }[] = [];
  cursor: Seq | null = null;
  listener: PlainListener | null = null;

  constructor(name: string) {
    this.name = name;
  }

  get isFollowing(): boolean {
    return this.listener !== null && this.listener.end === null && this.cursor !== null;
  }

  /** Takes over what its connection heard. */
  render(): void {
    const { listener } = this;
    for (const batch of listener?.batches.splice(0) ?? []) {
      if (batch.kind !== "messages") continue;
      for (const event of batch.items) if ("seq" in event) this.seqs.push(event.seq);
      this.cursor = batch.id;
      const stretch = this.stretches.at(-1);
      if (stretch && batch.items.length > 0) stretch.heard = batch.id;
    }
  }
}

interface Coming {
  client: Client;
  follower: ReturnType<RoomFeed["addFollower"]>;
}

class Room {
  readonly log: RoomEvent[] = [];
  readonly clients = Array.from({ length: CLIENTS }, (_, index) => new Client(PEOPLE[index % PEOPLE.length] ?? ""));
  readonly ends = new Set<SinkEnd>();
  readonly #members = new Set(PEOPLE);
  readonly #loop = new HandTurnedLoop();
  readonly #feed: RoomFeed;
  #late: (() => void)[] = [];
  #unread: (() => void)[] = [];
  #coming: Coming[] = [];
  #found: (Coming & { head: Seq })[] = [];

  constructor() {
    const readLog = (after: Seq, limit: number) =>
      new Promise<RoomEvent[]>((resolve) => this.#unread.push(() => resolve(this.log.slice(after, after + Math.min(limit, 7)))));
    this.#feed = new RoomFeed({ roomId: ROOM, head: 0, memberCount: 4 }, { readLog, courier: new Courier(silentLog, this.#loop), clock: new MovableClock(), log: silentLog });
  }

  async live(step: Step): Promise<void> {
    switch (step.what) {
      case "post":
        this.#write(Array.from({ length: step.count }, (_, index) => deleted(this.log.length + 1 + index)), step.bell);
        break;
      case "come or go": {
        const name = PEOPLE[step.who] ?? "";
        const seq = this.log.length + 1;
        this.#write([this.#members.delete(name) ? left(seq, name) : joined(seq, name)], step.bell);
        if (this.log.at(-1)?.type === "member.joined") this.#members.add(name);
        break;
      }
      case "follow":
        this.#follow(this.clients[step.client]);
        break;
      case "find a member":
        this.#findMember();
        break;
      case "go live":
        this.#goLive();
        break;
      case "read the log":
        this.#unread.shift()?.();
        break;
      case "cut":
        this.#cut(this.clients[step.client]);
        break;
      case "ring late bells":
        for (const ring of this.#late.splice(0)) ring();
        break;
      case "check heads":
        this.#feed.learnHead(this.log.length);
        break;
      case "turn":
        this.#loop.turn();
        break;
      case "pass":
        this.#loop.pass(step.ms);
    }
    await this.#breathe();
  }

  /** Nothing more happens: what waits is done, and heads are compared once more. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3 || this.#coming.length + this.#found.length > 0; round++) {
      await this.live({ what: "ring late bells" });
      await this.live({ what: "check heads" });
      while (this.#unread.length > 0) await this.live({ what: "read the log" });
      await this.live({ what: "find a member" });
      await this.live({ what: "go live" });
      await this.live({ what: "pass", ms: 2_000 });
    }
  }

  /** The last event that someone may know who was a member at a seq. */
  lastSeqFor(name: string, seq: Seq): Seq {
    const out = this.log.find((event) => event.seq > seq && event.type === "member.left" && event.user.id === name);
    return out?.seq ?? this.log.length;
  }

  #write(events: RoomEvent[], bell: string): void {
    this.log.push(...events);
    const ring = () => this.#feed.hear({ kind: "events", firstSeq: events[0]?.seq ?? 0, events });
    if (bell === "is late") this.#late.push(ring);
    if (bell.startsWith("rings")) ring();
    if (bell === "rings twice") ring();
  }

  #follow(client: Client | undefined): void {
    if (!client || (client.listener !== null && client.listener.end === null)) return;
    client.render();
    const listener = new PlainListener(client.name);
    // Writing takes its time, so that a slice ends before everyone was told.
    listener.onWrite = () => this.#loop.spend(3);
    client.listener = listener;
    const follower = this.#feed.addFollower(listener);
    listener.stop = follower.leave;
    this.#coming.push({ client, follower });
  }

  #findMember(): void {
    const next = this.#coming.shift();
    if (!next) return;
    const { client, follower } = next;
    if (!this.#members.has(client.name)) {
      follower.leave();
      client.listener = null;
      return;
    }
    this.#found.push({ client, follower, head: this.log.length });
  }

  /** What was read of them took its time: the log has gone on since. */
  #goLive(): void {
    const next = this.#found.shift();
    if (!next) return;
    const { client, follower, head } = next;
    client.stretches.push({ seq: head, heard: 0 });
    void follower.goLive(client.cursor, head);
  }

  #cut(client: Client | undefined): void {
    if (!client || [...this.#coming, ...this.#found].some((each) => each.client === client)) return;
    client.render();
    client.listener?.stop();
    client.listener = null;
  }

  async #breathe(): Promise<void> {
    for (let breath = 0; breath < 8; breath++) await Promise.resolve();
    for (const client of this.clients) client.render();
    for (const { listener } of this.clients) if (listener?.end) this.ends.add(listener.end);
  }
}
