import { type DatabaseKind, openTestDatabase, silentLog } from "@tertulia/db/testing/open-test-database";
import type { Database } from "@tertulia/db/open";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import { type Config, readConfig } from "@tertulia/server/config";
import { type RunningServer, startServer } from "@tertulia/server/server";
import { systemClock } from "@tertulia/server/system-clock";
import { forEveryRole } from "./for-every-role.ts";
import { limitsOutOfTheWay } from "./limits-out-of-the-way.ts";

/** Encrypts the cookies of test servers. */
export const TEST_SECRET = "a secret that is known to every test";

export interface TestServerOptions extends Partial<Omit<Config, "postsPerMinute">> {
  /** By role, or for every one. */
  postsPerMinute?: Config["postsPerMinute"] | number;
  clock?: Clock;
  log?: Log;
  /** Which one to make; or one that is there already and outlives this server, as over a restart. */
  database?: DatabaseKind | Database;
}

/**
 * A real server on a free port and a fresh database, without the web app: everything a test of the doors needs, in half a second.
 * The limits on what a person does in a while are met by nobody unless the options set them.
 */
export function startTestServer({ clock = systemClock, log = silentLog, database = "embedded", postsPerMinute, ...settings }: TestServerOptions = {}): Promise<RunningServer> {
  const usual: Config = { ...readConfig(limitsOutOfTheWay, "/"), port: 0, authSecret: TEST_SECRET, web: null };
  const posts = typeof postsPerMinute === "number" ? forEveryRole(postsPerMinute) : (postsPerMinute ?? usual.postsPerMinute);
  const config: Config = { ...usual, ...settings, postsPerMinute: posts };
  return startServer(config, { clock, log, openDatabase: async () => (typeof database === "string" ? openTestDatabase(database) : lent(database)) });
}

function lent(database: Database): Database {
  const leave = async () => {};
  return { ...database, close: leave, [Symbol.asyncDispose]: leave };
}
