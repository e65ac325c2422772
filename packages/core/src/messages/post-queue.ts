import { DatabaseUnavailable } from "@tertulia/db/errors";
import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Clock } from "@tertulia/model/ports/clock";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";
import { type PendingPost, type PostOutcome, storePosts } from "./store-posts.ts";

/** What became of one flight, for whoever measures. */
export interface Flight {
  /** How long each of its posts took from being added to its outcome, in milliseconds. */
  tookMs: number[];
  /** How many posts waited for a flight when it ended. */
  waiting: number;
}

interface Waiting {
  post: PendingPost;
  addedAt: number;
  resolve(outcome: PostOutcome): void;
  reject(error: unknown): void;
}

/** Rooms, each with what waits behind a flight that it is in: that stays there, or a sender's order would break. */
type Behind = Map<Id, Waiting[]>;

/** Posts on their way to the database. */
interface InTheAir {
  batch: Waiting[];
  behind: Behind;
  /** Whether it waits for rooms that someone else holds. */
  waits: boolean;
  /** How many flights had landed when it took off. */
  landedBefore: number;
}

const POSTS_PER_FLIGHT = 256;
const PATIENT_FLIGHTS = 2;

/**
 * Group commit. A post takes off at once while few flights are in the air; what comes while they all are goes together in the next: no timer,
 * so a lone post never waits. A room is in one flight at a time, so its posts keep their order.
 * Rooms that someone else holds are skipped and wait in flights of their own, so one busy room never stalls the others.
 */
export class PostQueue {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  readonly #mostQuickFlights: number;
  #quick: Waiting[] = [];
  #quickFlights: InTheAir[] = [];
  /** The rooms that someone else held, with what waits for each; the first is the next to fly. */
  readonly #patient: Behind = new Map();
  readonly #patientFlights = new Set<Id>();
  #landed = 0;
  readonly #observers = new Set<(flight: Flight) => void>();
  /** Set while it closes: resolves when the last flight has landed. */
  #closing: PromiseWithResolvers<void> | null = null;

  /** `quickFlights`: with how many connections it stores, beside the two that may wait for rooms. */
  constructor({ db, clock, quickFlights }: { db: Kysely<Tables>; clock: Clock; quickFlights: number }) {
    this.#db = db;
    this.#clock = clock;
    this.#mostQuickFlights = quickFlights;
  }

  /** How many posts wait for a flight. */
  get length(): number {
    const queues = [this.#quick, ...this.#patient.values(), ...this.#quickFlights.flatMap(({ behind }) => [...behind.values()])];
    return queues.reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Tells of each flight when it has landed; the answer ends it. */
  observe(observer: (flight: Flight) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Takes no more posts, and resolves when those it took have their outcome. */
  async close(): Promise<void> {
    this.#closing ??= Promise.withResolvers();
    this.#takeOff();
    await this.#closing.promise;
  }

  /** Answers once the post is committed, or found to be known, in conflict, stale or without its thread or room. @throws UNAVAILABLE while it closes */
  add(post: PendingPost): Promise<PostOutcome> {
    if (this.#closing) return Promise.reject(new Refusal("UNAVAILABLE"));
    return new Promise((resolve, reject) => {
      const queue = this.#patient.get(post.roomId) ?? this.#behindQuick(post.roomId) ?? this.#quick;
      queue.push({ post, addedAt: this.#clock.monotonic(), resolve, reject });
      this.#takeOff();
    });
  }

  #behindQuick(roomId: Id): Waiting[] | undefined {
    for (const { behind } of this.#quickFlights) {
      const queue = behind.get(roomId);
      if (queue) return queue;
    }
    return undefined;
  }

  #takeOff(): void {
    while (this.#quickFlights.length < this.#mostQuickFlights && this.#quick.length > 0) void this.#flyQuick();
    for (const [roomId, queue] of this.#patient) {
      if (this.#patientFlights.size === PATIENT_FLIGHTS) break;
      if (!this.#patientFlights.has(roomId)) void this.#flyPatient(roomId, queue);
    }
    if (this.#quickFlights.length === 0 && this.#patientFlights.size === 0) this.#closing?.resolve();
  }

  async #flyQuick(): Promise<void> {
    const { batch, left } = boarding(this.#quick);
    const behind: Behind = new Map(batch.map(({ post }) => [post.roomId, []]));
    this.#quick = left.filter((waiting) => !behind.get(waiting.post.roomId)?.push(waiting));
    const flight = { batch, behind, waits: false, landedBefore: this.#landed };
    this.#quickFlights.push(flight);
    const busy = await this.#fly(flight);
    this.#quickFlights = this.#quickFlights.filter((other) => other !== flight);
    for (const waiting of busy) this.#patientQueue(waiting.post.roomId).push(waiting);
    for (const [roomId, queue] of behind) (this.#patient.get(roomId) ?? this.#quick).push(...queue);
    this.#takeOff();
  }

  async #flyPatient(roomId: Id, queue: Waiting[]): Promise<void> {
    this.#patientFlights.add(roomId);
    const { batch, left } = boarding(queue);
    this.#patient.set(roomId, left);
    await this.#fly({ batch, behind: new Map([[roomId, left]]), waits: true, landedBefore: this.#landed });
    this.#patientFlights.delete(roomId);
    this.#patient.delete(roomId);
    // Behind the other rooms, if more has come for it.
    if (left.length > 0) this.#patient.set(roomId, left);
    this.#takeOff();
  }

  #patientQueue(roomId: Id): Waiting[] {
    const queue = this.#patient.get(roomId) ?? [];
    this.#patient.set(roomId, queue);
    return queue;
  }

  /** Answers those whose room someone else holds, in their order. */
  async #fly(flight: InTheAir): Promise<Waiting[]> {
    try {
      return await this.#store(flight.batch, flight.waits);
    } catch (error) {
      if (flight.batch.length > 1 && !concernsAll(error)) return this.#flyOneByOne(flight);
      this.#refuse(flight, flight.batch, error);
      return [];
    }
  }

  /** One of them is poison: alone, each fails or succeeds by itself. */
  async #flyOneByOne(flight: InTheAir): Promise<Waiting[]> {
    const busy: Waiting[] = [];
    for (const [place, waiting] of flight.batch.entries()) {
      try {
        const staysBehind = busy.some(({ post }) => post.roomId === waiting.post.roomId);
        busy.push(...(staysBehind ? [waiting] : await this.#store([waiting], flight.waits)));
      } catch (error) {
        waiting.reject(error);
        if (!concernsAll(error)) continue;
        this.#refuse(flight, flight.batch.slice(place + 1), error);
        break;
      }
    }
    return busy;
  }

  async #store(batch: Waiting[], waits: boolean): Promise<Waiting[]> {
    const outcomes = await storePosts(this.#db, batch.map(({ post }) => post), waits);
    this.#landed++;
    const busy = settle(batch, outcomes);
    this.#tellObservers(batch.filter((waiting) => !busy.includes(waiting)));
    return busy;
  }

  /**
   * Refuses what couldn't be stored, and with it what waits behind it: a sender's order would break, and it has waited as long. Where the database
   * let the flight wait in vain, and no other has landed meanwhile, so has it whoever waits to take off.
   */
  #refuse({ behind, waits, landedBefore }: InTheAir, batch: Waiting[], error: unknown): void {
    const queues = concernsAll(error) ? [...behind.values()] : [];
    if (!waits && error instanceof DatabaseUnavailable && this.#landed === landedBefore) queues.push(this.#quick);
    for (const { reject } of [...batch, ...queues.flatMap((queue) => queue.splice(0))]) reject(error);
  }

  #tellObservers(answered: Waiting[]): void {
    if (this.#observers.size === 0 || answered.length === 0) return;
    const now = this.#clock.monotonic();
    const flight = { tookMs: answered.map(({ addedAt }) => now - addedAt), waiting: this.length };
    for (const observer of this.#observers) observer(flight);
  }
}

/** Not one post's fault: the database is away, or takes no writes from anyone. */
const concernsAll = (error: unknown) => error instanceof DatabaseUnavailable || error instanceof Refusal;

/** Who flies next. What is sent again while it still waits stays behind: a flight has no post twice. */
function boarding(queue: Waiting[]): { batch: Waiting[]; left: Waiting[] } {
  if (queue.length === 1) return { batch: queue, left: [] };
  const batch: Waiting[] = [];
  const left: Waiting[] = [];
  const aboard = new Set<string>();
  for (const waiting of queue) {
    const { roomId, authorId, clientId } = waiting.post;
    const key = roomId + authorId + clientId;
    if (batch.length === POSTS_PER_FLIGHT || aboard.has(key)) left.push(waiting);
    else {
      aboard.add(key);
      batch.push(waiting);
    }
  }
  return { batch, left };
}

/** Tells each what became of it, and answers those whose room is busy, in the order they were asked. */
function settle(batch: Waiting[], outcomes: (PostOutcome | "busy")[]): Waiting[] {
  const busy: Waiting[] = [];
  for (const [place, waiting] of batch.entries()) {
    const outcome = outcomes[place];
    if (outcome === "busy") busy.push(waiting);
    else if (outcome) waiting.resolve(outcome);
    else waiting.reject(new Error("post_messages left out the outcome of a post"));
  }
  return busy;
}
