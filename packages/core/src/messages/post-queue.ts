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

/** The rooms of a flight in the air, each with what has come for it since: that stays behind, or a sender's order would break. */
type Behind = Map<Id, Waiting[]>;

const POSTS_PER_FLIGHT = 256;
/** So that a post needn't wait for the disk because another one does. With the patient one they take half of the connections: who reads wants some too. */
const QUICK_FLIGHTS = 4;

/**
 * Group commit. A post takes off at once while few flights are in the air; what comes while they all are goes together in the next: no timer,
 * so a lone post never waits. A room is in one flight at a time, so its posts keep their order.
 * Rooms that someone else holds are skipped and wait in a lane of their own, so one busy room never stalls the others.
 */
export class PostQueue {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  #quick: Waiting[] = [];
  #patient: Waiting[] = [];
  /** How many posts of a room are in the patient lane: later ones must queue behind them, or a sender's order would break. */
  readonly #patientRooms = new Map<Id, number>();
  readonly #quickFlights = new Set<Behind>();
  #patientFlies = false;
  readonly #observers = new Set<(flight: Flight) => void>();
  /** Set while it closes: resolves when the last flight has landed. */
  #closing: PromiseWithResolvers<void> | null = null;

  constructor({ db, clock }: { db: Kysely<Tables>; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** How many posts wait for a flight. */
  get length(): number {
    const behind = this.#quickFlights.values().flatMap((flight) => flight.values()).reduce((sum, waiting) => sum + waiting.length, 0);
    return this.#quick.length + behind + this.#patient.length;
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
      const waiting = { post, addedAt: this.#clock.monotonic(), resolve, reject };
      if (this.#patientRooms.has(post.roomId)) this.#bePatient(waiting);
      else (this.#inTheAir(post.roomId) ?? this.#quick).push(waiting);
      this.#takeOff();
    });
  }

  #takeOff(): void {
    while (this.#quickFlights.size < QUICK_FLIGHTS && this.#quick.length > 0) void this.#flyQuick();
    if (!this.#patientFlies && this.#patient.length > 0) void this.#flyPatient();
    if (this.#quickFlights.size === 0 && !this.#patientFlies) this.#closing?.resolve();
  }

  #inTheAir(roomId: Id): Waiting[] | undefined {
    for (const flight of this.#quickFlights) {
      const behind = flight.get(roomId);
      if (behind) return behind;
    }
    return undefined;
  }

  async #flyQuick(): Promise<void> {
    const { batch, left } = boarding(this.#quick);
    const flight: Behind = new Map(batch.map(({ post }) => [post.roomId, []]));
    this.#quick = left.filter((waiting) => !flight.get(waiting.post.roomId)?.push(waiting));
    this.#quickFlights.add(flight);
    const busy = await this.#fly(batch, flight);
    this.#quickFlights.delete(flight);
    for (const waiting of busy) this.#bePatient(waiting);
    for (const waiting of [...flight.values()].flat()) {
      if (this.#patientRooms.has(waiting.post.roomId)) this.#bePatient(waiting);
      else this.#quick.push(waiting);
    }
    this.#tellObservers(batch.filter((waiting) => !busy.includes(waiting)));
    this.#takeOff();
  }

  async #flyPatient(): Promise<void> {
    this.#patientFlies = true;
    const { batch, left } = boarding(this.#patient);
    this.#patient = left;
    await this.#fly(batch, null);
    for (const { post } of batch) this.#leavePatience(post.roomId);
    this.#patientFlies = false;
    this.#tellObservers(batch);
    this.#takeOff();
  }

  /** Answers those whose room someone else holds, in their order. A patient flight has none behind it: it waits for its rooms, and they for it. */
  async #fly(batch: Waiting[], behind: Behind | null): Promise<Waiting[]> {
    try {
      return settle(batch, await storePosts(this.#db, batch.map(({ post }) => post), behind === null));
    } catch (error) {
      if (batch.length > 1 && !concernsAll(error)) return this.#flyOneByOne(batch, behind);
      for (const { reject } of batch) reject(error);
      if (behind && error instanceof DatabaseUnavailable) this.#refuseQuick(behind, error);
      return [];
    }
  }

  /** A database that let a flight wait in vain: who waits behind it has waited as long, and would only wait on. */
  #refuseQuick(behind: Behind, error: DatabaseUnavailable): void {
    for (const queue of [this.#quick, ...behind.values()]) for (const { reject } of queue.splice(0)) reject(error);
  }

  /** One of them is poison: alone, each fails or succeeds by itself. */
  async #flyOneByOne(batch: Waiting[], behind: Behind | null): Promise<Waiting[]> {
    const busy: Waiting[] = [];
    for (const waiting of batch) {
      const staysBehind = busy.some(({ post }) => post.roomId === waiting.post.roomId);
      busy.push(...(staysBehind ? [waiting] : await this.#fly([waiting], behind)));
    }
    return busy;
  }

  #tellObservers(landed: Waiting[]): void {
    if (this.#observers.size === 0 || landed.length === 0) return;
    const now = this.#clock.monotonic();
    const flight = { tookMs: landed.map(({ addedAt }) => now - addedAt), waiting: this.length };
    for (const observer of this.#observers) observer(flight);
  }

  #bePatient(waiting: Waiting): void {
    const { roomId } = waiting.post;
    this.#patient.push(waiting);
    this.#patientRooms.set(roomId, (this.#patientRooms.get(roomId) ?? 0) + 1);
  }

  #leavePatience(roomId: Id): void {
    const left = (this.#patientRooms.get(roomId) ?? 1) - 1;
    if (left === 0) this.#patientRooms.delete(roomId);
    else this.#patientRooms.set(roomId, left);
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
