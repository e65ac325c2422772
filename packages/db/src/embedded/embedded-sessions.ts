import type { Log } from "@tertulia/model/ports/log";
import { Refusal } from "@tertulia/model/refusals";
import pg from "pg";
import { DatabaseUnavailable, isDiskFull } from "../errors.ts";
import type { Rows, Session, Sessions, SessionsInUse } from "../session.ts";
import type { FreeSpace } from "./free-space.ts";
import { type WorkerLink, startWorker } from "./worker-link.ts";
import type { WorkerStart } from "./worker-messages.ts";

/** How long things may take before the worker counts as stuck (or a caller as forgotten), in milliseconds. */
export interface Patience {
  statementMs: number;
  /** From borrowing a session to giving it back. */
  sessionMs: number;
  /** Waiting for a session. */
  queueMs: number;
}

export const everydayPatience: Patience = { statementMs: 2_000, sessionMs: 2_000, queueMs: 5_000 };
export const migrationPatience: Patience = { statementMs: 10_000, sessionMs: 60_000, queueMs: 60_000 };

const TICK_MS = 100;
const CLOSES_WITHIN_MS = 10_000;
const RESTART_AGAIN_AFTER_MS = 1_000;
const READ_ONLY_TRANSACTION = "25006";

/**
 * The embedded database has one connection, so sessions are lent one at a time, first come, first served. The embedded Postgres
 * knows no statement_timeout and hangs on a full disk, so a watchdog kills and restarts a worker that takes too long.
 */
export class EmbeddedSessions implements Sessions {
  patience: Patience = everydayPatience;
  readonly #start: WorkerStart;
  readonly #space: FreeSpace;
  readonly #log: Log;
  #worker: WorkerLink | null;
  #borrowed: EmbeddedSession | null = null;
  #queue: Waiting[] = [];
  #restarting: Promise<void> | null = null;
  #isReadOnly = false;
  #closed = false;
  readonly #ticking: NodeJS.Timeout;

  private constructor(start: WorkerStart, worker: WorkerLink, space: FreeSpace, log: Log) {
    this.#start = start;
    this.#worker = worker;
    this.#space = space;
    this.#log = log;
    this.#watch(worker);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** Opens the folder, which must be this process's alone. */
  static async open(start: WorkerStart, space: FreeSpace, log: Log): Promise<EmbeddedSessions> {
    return new EmbeddedSessions(start, await startWorker(start), space, log);
  }

  get ready(): boolean {
    return this.#worker !== null && !this.#closed;
  }

  borrow(): Promise<Session> {
    if (this.#closed) return Promise.reject(new DatabaseUnavailable("The database is closed."));
    const { promise, resolve, reject } = Promise.withResolvers<Session>();
    this.#queue.push({ resolve, reject, waitedMs: 0 });
    this.#lendNext();
    return promise;
  }

  giveBack(session: Session): void {
    if (this.#borrowed !== session) return;
    this.#borrowed = null;
    this.#lendNext();
  }

  use(): SessionsInUse {
    return { lent: this.#borrowed ? 1 : 0, waiting: this.#queue.length };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#ticking);
    this.#refuseWaiting(() => true, "The database is closed.");
    this.#borrowed?.lose();
    await this.#restarting;
    const worker = this.#worker;
    this.#worker = null;
    if (worker) await closeOrKill(worker);
  }

  /** Kills the worker and opens the folder again; whoever had a session gets DatabaseUnavailable, whoever waits goes on waiting. */
  restart(reason: string, err?: unknown): void {
    if (this.#restarting || this.#closed) return;
    this.#log.error({ reason, err }, "The embedded database is stuck or broken; restarting it.");
    const worker = this.#worker;
    this.#worker = null;
    this.#borrowed?.lose();
    this.#borrowed = null;
    this.#restarting = this.#startAgain(worker).finally(() => {
      this.#restarting = null;
      this.#lendNext();
    });
  }

  async #startAgain(old: WorkerLink | null): Promise<void> {
    await old?.kill();
    while (!this.#closed) {
      try {
        const worker = await startWorker({ ...this.#start, template: this.#start.folder === null ? this.#start.template : null });
        this.#worker = worker;
        this.#isReadOnly = false;
        this.#watch(worker);
        this.#log.info({}, "The embedded database is open again.");
        return;
      } catch (error) {
        this.#log.error({ err: error }, "The embedded database can't be opened again yet.");
        await new Promise((resolve) => setTimeout(resolve, RESTART_AGAIN_AFTER_MS));
      }
    }
  }

  #watch(worker: WorkerLink): void {
    void worker.ended.then((err) => {
      if (this.#worker === worker) this.restart("It ended by itself.", err);
    });
  }

  #lendNext(): void {
    const worker = this.#worker;
    if (!worker || this.#borrowed || this.#closed) return;
    const next = this.#queue.shift();
    if (!next) return;
    this.#refuseWritesWhileSpaceIsLow(worker);
    this.#borrowed = new EmbeddedSession(worker, this.#space);
    next.resolve(this.#borrowed);
  }

  // No transaction is open between two sessions, and the worker keeps the order in which it is asked.
  #refuseWritesWhileSpaceIsLow(worker: WorkerLink): void {
    if (this.#space.isLow === this.#isReadOnly) return;
    this.#isReadOnly = this.#space.isLow;
    this.#log.warn({ readOnly: this.#isReadOnly }, this.#isReadOnly ? "The disk is nearly full: nothing new is stored." : "There is room on the disk again.");
    worker.run(`set default_transaction_read_only = ${this.#isReadOnly ? "on" : "off"}`).catch((err: unknown) => this.restart("It didn't take a setting.", err));
  }

  // Time is counted in ticks of this thread: when the thread itself was held up, or the machine asleep, nobody is to blame.
  #tick(): void {
    for (const waiting of this.#queue) waiting.waitedMs += TICK_MS;
    this.#refuseWaiting(({ waitedMs }) => waitedMs > this.patience.queueMs, "The embedded database is too busy.");
    const session = this.#borrowed;
    if (!session) return;
    session.lentMs += TICK_MS;
    session.statementMs += TICK_MS;
    if (session.isRunning && session.statementMs > this.patience.statementMs) this.restart("A statement took too long.");
    else if (session.lentMs > this.patience.sessionMs) this.restart("A transaction was open too long.");
  }

  #refuseWaiting(which: (waiting: Waiting) => boolean, sentence: string): void {
    const refused = this.#queue.filter(which);
    if (refused.length === 0) return;
    this.#queue = this.#queue.filter((waiting) => !refused.includes(waiting));
    for (const { reject } of refused) reject(new DatabaseUnavailable(sentence));
  }
}

async function closeOrKill(worker: WorkerLink): Promise<void> {
  const impatience = setTimeout(() => void worker.kill(), CLOSES_WITHIN_MS);
  try {
    await worker.close();
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
  } finally {
    clearTimeout(impatience);
  }
}

interface Waiting {
  resolve(session: Session): void;
  reject(error: unknown): void;
  waitedMs: number;
}

class EmbeddedSession implements Session {
  lentMs = 0;
  /** Since the latest statement began. */
  statementMs = 0;
  #running = 0;
  #lost = false;
  readonly #worker: WorkerLink;
  readonly #space: FreeSpace;

  constructor(worker: WorkerLink, space: FreeSpace) {
    this.#worker = worker;
    this.#space = space;
  }

  get isRunning(): boolean {
    return this.#running > 0;
  }

  lose(): void {
    this.#lost = true;
  }

  async run(sql: string, parameters: readonly unknown[]): Promise<Rows> {
    if (this.#lost) throw new DatabaseUnavailable("The embedded database was restarted.");
    this.#running++;
    this.statementMs = 0;
    try {
      return await this.#worker.run(sql, parameters);
    } catch (error) {
      const isRefusedWrite = this.#space.isLow && error instanceof pg.DatabaseError && error.code === READ_ONLY_TRANSACTION;
      throw isRefusedWrite || isDiskFull(error) ? new Refusal("STORAGE_FULL") : error;
    } finally {
      this.#running--;
    }
  }
}
