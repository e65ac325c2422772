import type { RunDelta } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import { sql, type SqlBool } from "kysely";
import type { CoreParts } from "../core.ts";
import { type Claim, endRun } from "./end-run.ts";
import { LiveRun } from "./live-run.ts";
import { startNextRun } from "./start-next-run.ts";

/** A run whose node died is found within the rest of its lease (15 s) and one round: 25 s. */
const ROUND_MS = 10_000;
const RUNS_PER_ROUND = 100;

/** Where this node's answers are made: takes waiting runs, one at a time per assistant and room, and sees each to its end. */
export class RunDesk {
  readonly #core: CoreParts;
  readonly #live = new Map<Id, LiveRun>();
  readonly #takings = new Map<Id, Promise<void>>();
  readonly #wokenAgain = new Set<Id>();
  readonly #answering = new Set<Promise<void>>();
  #rounding = Promise.resolve();
  #cancelRound = () => {};
  #closed = false;

  constructor(core: CoreParts) {
    this.#core = core;
  }

  /** Finds what other nodes and former processes left behind, now and from time to time. */
  async start(): Promise<void> {
    this.#rounding = this.#round(this.#core.settings.alone ? "any" : "lapsed");
    await this.#rounding;
  }

  /** Somebody waits for an answer in this room. */
  wake(roomId: Id): void {
    if (this.#closed) return;
    if (this.#takings.has(roomId)) {
      this.#wokenAgain.add(roomId);
      return;
    }
    const taking = this.#take(roomId)
      .catch((err: unknown) => this.#core.log.error({ roomId, err }, "A waiting answer could not be started."))
      .finally(() => {
        this.#takings.delete(roomId);
        if (this.#wokenAgain.delete(roomId)) this.wake(roomId);
      });
    this.#takings.set(roomId, taking);
  }

  /** What everyone has been told of an answer being written here; null of any other. */
  soFar(runId: Id): RunDelta | null {
    return this.#live.get(runId)?.soFar ?? null;
  }

  /**
   * The answers being written in a room as they stand, one delta from offset 0 each. Those of this node are as new as the last delta
   * announced; those of others as last saved, so the next delta may not fit and the run wants to be read again.
   */
  async liveRuns(roomId: Id): Promise<RunDelta[]> {
    const rows = await this.#core.db
      .selectFrom("assistant_runs")
      .select(["id", "message_id", "text"])
      .where("room_id", "=", roomId)
      .where("status", "=", "running")
      .orderBy("started_at")
      .limit(RUNS_PER_ROUND)
      .execute();
    return rows.flatMap(({ id, message_id: messageId, text }) => {
      if (messageId === null) return [];
      return [this.soFar(id) ?? { runId: id, messageId, offset: 0, text }];
    });
  }

  /** Breaks off what is being written, keeps its words, and resolves when everyone has been told. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRound();
    await this.#rounding;
    await Promise.all(this.#takings.values());
    for (const live of this.#live.values()) live.interrupt();
    await Promise.all(this.#answering);
  }

  async #take(roomId: Id): Promise<void> {
    while (!this.#closed) {
      const run = await startNextRun(this.#core, roomId);
      if (!run) return;
      const answering = this.#answer(new LiveRun(this.#core, run)).finally(() => this.#answering.delete(answering));
      this.#answering.add(answering);
    }
  }

  async #answer(live: LiveRun): Promise<void> {
    const { run } = live;
    this.#live.set(run.id, live);
    try {
      const end = await live.answer();
      await endRun(this.#core, run, { heldBy: this.#core.settings.nodeId }, end, live.text);
    } catch (err) {
      // The words last saved are in the database; once the lease is over, some node ends the run with them.
      this.#core.log.error({ runId: run.id, roomId: run.roomId, err }, "An answer could not be ended.");
    } finally {
      this.#live.delete(run.id);
      this.wake(run.roomId);
    }
  }

  async #round(claim: Claim): Promise<void> {
    try {
      await this.#endOrphans(claim);
      for (const roomId of await this.#roomsThatWait()) this.wake(roomId);
    } catch (err) {
      this.#core.log.error({ err }, "Answers left behind could not be looked for.");
    }
    if (!this.#closed) this.#cancelRound = this.#core.clock.after(ROUND_MS, () => void (this.#rounding = this.#round("lapsed")));
  }

  async #endOrphans(claim: Claim): Promise<void> {
    const orphans = await this.#core.db
      .selectFrom("assistant_runs")
      .select(["id", "room_id"])
      .where("status", "=", "running")
      .where(claim === "any" ? sql<SqlBool>`true` : sql<SqlBool>`lease_until < now()`)
      .limit(RUNS_PER_ROUND)
      .execute();
    for (const { id, room_id: roomId } of orphans) {
      await endRun(this.#core, { id, roomId }, claim, { status: "interrupted", code: null, retryable: true });
    }
  }

  async #roomsThatWait(): Promise<Id[]> {
    const rows = await this.#core.db
      .selectFrom("assistant_runs as run")
      .innerJoin("rooms", "rooms.id", "run.room_id")
      .select("run.room_id")
      .distinct()
      .where("run.status", "=", "queued")
      .where("rooms.deleted_at", "is", null)
      .limit(RUNS_PER_ROUND)
      .execute();
    return rows.map((row) => row.room_id);
  }
}
