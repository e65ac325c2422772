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

port.on("message", async (order: Order) => {
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
    answer({ id, ok: false, error: sqlError(error) });
  }
});

/** Several statements can stand in one text only without parameters, as with `pg`; then the last one's rows count. */
async function run(sql: string, parameters: unknown[]): Promise<Rows> {
  const result = parameters.length > 0 ? await database.query<Record<string, unknown>>(sql, parameters) : (await database.exec(sql)).at(-1);
  return { rows: result?.rows ?? [], affected: result?.affectedRows ?? 0 };
}

function sqlError(error: unknown): SqlError {
  if (!(error instanceof messages.DatabaseError)) return { message: error instanceof Error ? error.message : String(error) };
  const { message, severity, code, detail, hint, position, where, schema, table, column, constraint } = error;
  return { message, severity, code, detail, hint, position, where, schema, table, column, constraint };
}
