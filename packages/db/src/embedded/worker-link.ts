import { Worker } from "node:worker_threads";
import pg from "pg";
import { DatabaseUnavailable } from "../errors.ts";
import type { Rows } from "../session.ts";
import type { Answer, Order, SqlError, WorkerStart } from "./worker-messages.ts";

/** A running Postgres in a worker thread, and the way to talk to it. */
export interface WorkerLink {
  run(sql: string, parameters?: readonly unknown[]): Promise<Rows>;
  /** The whole database as a compressed archive, to start others from. */
  dump(): Promise<Uint8Array>;
  /** Ends it in order. */
  close(): Promise<void>;
  /** Ends it at once, as a killed process would be; everything unanswered throws DatabaseUnavailable. */
  kill(): Promise<void>;
  /** Resolves when the thread has ended, with the error that ended it if there was one. */
  readonly ended: Promise<unknown>;
}

/** Replaying what a killed process left takes seconds at most. */
const OPENS_WITHIN_MS = 60_000;

type Settle = { resolve(answer: Extract<Answer, { ok: true }>): void; reject(error: unknown): void };

/** Resolves when the database is open. */
export async function startWorker(start: WorkerStart): Promise<WorkerLink> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: start });
  const waiting = new Map<number, Settle>();
  const opened = Promise.withResolvers<Extract<Answer, { ok: true }>>();
  const ended = Promise.withResolvers<unknown>();
  let lastId = 0;
  let isEnded = false;
  waiting.set(0, opened);

  worker.on("message", (answer: Answer) => {
    const settle = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) settle?.resolve(answer);
    else settle?.reject(toError(answer.error));
  });
  const stopped = (cause?: unknown) => new DatabaseUnavailable("The embedded database stopped before it answered.", { cause });
  const end = (cause?: unknown) => {
    isEnded = true;
    for (const { reject } of waiting.values()) reject(stopped(cause));
    waiting.clear();
    ended.resolve(cause);
  };
  worker.on("error", end);
  worker.on("exit", () => end());

  const order = (what: Omit<Extract<Order, { kind: "run" }>, "id"> | { kind: "dump" } | { kind: "close" }) => {
    if (isEnded) return Promise.reject(stopped());
    const answered = Promise.withResolvers<Extract<Answer, { ok: true }>>();
    const id = ++lastId;
    waiting.set(id, answered);
    worker.postMessage({ ...what, id } satisfies Order);
    return answered.promise;
  };

  const link: WorkerLink = {
    async run(sql, parameters = []) {
      const answer = await order({ kind: "run", sql, parameters });
      return "rows" in answer ? answer.rows : { rows: [], affected: 0 };
    },
    async dump() {
      const answer = await order({ kind: "dump" });
      if (!("dump" in answer)) throw new Error("The worker answered something else than a dump.");
      return answer.dump;
    },
    async close() {
      await order({ kind: "close" });
      await link.kill();
    },
    async kill() {
      await worker.terminate();
      end();
    },
    ended: ended.promise,
  };

  const impatience = setTimeout(() => void link.kill(), OPENS_WITHIN_MS);
  try {
    await opened.promise;
    return link;
  } catch (error) {
    await link.kill();
    throw error;
  } finally {
    clearTimeout(impatience);
  }
}

/** The same class that `pg` throws, so that whoever looks at an error need not know which database it came from. */
function toError({ message, ...fields }: SqlError): Error {
  if (fields.code === undefined) return new Error(message);
  return Object.assign(new pg.DatabaseError(message, message.length, "error"), fields);
}
