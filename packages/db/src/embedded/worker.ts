import { parentPort, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { PGlite, messages } from "@electric-sql/pglite";
import { columnTypes } from "../column-types.ts";
import type { Rows } from "../session.ts";
import type { Answer, Order, SqlError, WorkerStart } from "./worker-messages.ts";

// Postgres in its own thread: in the server's it would starve sockets and timers for hundreds of milliseconds.
const port = parentPort;
if (!port) throw new Error("This file is started as a worker.");
const answer = (message: Answer) => port.postMessage(message);

const { folder, template }: WorkerStart = workerData;
const database = new PGlite({
  ...(folder === null ? {} : { dataDir: folder }),
  ...(template === null ? {} : { loadDataDir: new Blob([gunzipSync(template)]) }),
  parsers: columnTypes,
});

try {
  await database.waitReady;
  answer({ id: 0, ok: true });
} catch (error) {
  answer({ id: 0, ok: false, error: sqlError(error) });
}

port.on("message", (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  const { id } = order;
  try {
    switch (order.kind) {
      case "run":
        return answer({ id, ok: true, rows: await run(order.sql, [...order.parameters]) });
      case "dump":
        return answer({ id, ok: true, dump: await (await database.dumpDataDir("gzip")).bytes() });
      case "close":
        await database.close();
        return answer({ id, ok: true });
    }
  } catch (error) {
    // Thrown on, it ends the thread, and whoever started it starts another.
    if (isBeyondRepair(error)) throw error;
    answer({ id, ok: false, error: sqlError(error) });
  }
}

/** Several statements can stand in one text only without parameters, as with `pg`; then the last one's rows count. */
async function run(sql: string, parameters: unknown[]): Promise<Rows> {
  const result = parameters.length > 0 ? await database.query<Record<string, unknown>>(sql, parameters) : (await database.exec(sql)).at(-1);
  if (result?.command === undefined) throw new SilentPostgres("Postgres broke: it ended a statement without a word.");
  return { rows: result.rows, affected: result.affectedRows ?? 0 };
}

/** After some crashes (of its stack, say) PGlite goes on and answers everything with nothing, even a COMMIT that didn't happen. */
class SilentPostgres extends Error {}

function isBeyondRepair(error: unknown): boolean {
  if (error instanceof messages.DatabaseError) return error.severity === "PANIC" || error.severity === "FATAL";
  return error instanceof SilentPostgres || error instanceof RangeError || (error instanceof Error && error.name === "RuntimeError");
}

function sqlError(error: unknown): SqlError {
  if (!(error instanceof messages.DatabaseError)) return { message: error instanceof Error ? error.message : String(error) };
  const { message, severity, code, detail, hint, position, where, schema, table, column, constraint } = error;
  return { message, severity, code, detail, hint, position, where, schema, table, column, constraint };
}
