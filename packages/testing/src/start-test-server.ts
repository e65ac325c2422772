import { type DatabaseKind, openTestDatabase, silentLog } from "@tertulia/db/testing/open-test-database";
import type { Database } from "@tertulia/db/open";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import { type Config, readConfig } from "@tertulia/server/config";
import { type RunningServer, startServer } from "@tertulia/server/server";
import { systemClock } from "@tertulia/server/system-clock";
import { forEveryRole } from "./for-every-role.ts";

/** Encrypts the cookies of test servers. */
export const TEST_SECRET = "a secret that is known to every test";

export interface TestServerOptions extends Partial<Omit<Config, "postsPerMinute">> {
  /** For every role. */
  postsPerMinute?: number;
  clock?: Clock;
  log?: Log;
  /** Which one to make; or one that is there already and outlives this server, as over a restart. */
  database?: DatabaseKind | Database;
}

/**
 * A real server on a free port and a fresh database, without the web app: everything a test of the doors needs, in half a second.
 * Posts are practically unlimited unless `postsPerMinute` says otherwise.
 */
export function startTestServer({ clock = systemClock, log = silentLog, database = "embedded", postsPerMinute = 100_000, ...settings }: TestServerOptions = {}): Promise<RunningServer> {
  const config: Config = { ...readConfig({}, "/"), port: 0, authSecret: TEST_SECRET, postsPerMinute: forEveryRole(postsPerMinute), web: null, ...settings };
  return startServer(config, { clock, log, openDatabase: async () => (typeof database === "string" ? openTestDatabase(database) : lent(database)) });
}

function lent(database: Database): Database {
  const leave = async () => {};
  return { ...database, close: leave, [Symbol.asyncDispose]: leave };
}
