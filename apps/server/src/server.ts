import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openCallers } from "@tertulia/auth/callers";
import { openIdentities } from "@tertulia/auth/identity";
import { openWebSessions } from "@tertulia/auth/open-web-sessions";
import { openOrigins } from "@tertulia/auth/origins";
import { ensureDefaultAssistant } from "@tertulia/core/assistants/ensure-default-assistant";
import type { Core } from "@tertulia/core/core";
import { tellRestart } from "@tertulia/core/notices/tell-restart";
import { openCore } from "@tertulia/core/open-core";
import { type Database, openDatabase } from "@tertulia/db/open";
import { MemoryBus } from "@tertulia/events/memory-bus";
import { Gatehouse } from "@tertulia/gate/gatehouse";
import { countsOf } from "@tertulia/gate/open-gate";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import { openRestDoor } from "@tertulia/rest/rest-door";
import { openProtocolDoor, PROTOCOL_PATH } from "@tertulia/protocol/open-protocol-door";
import { openTrpcGate } from "@tertulia/trpc/gate/open-trpc-gate";
import { openHttpDoor, TRPC_PATH } from "@tertulia/trpc/http-door";
import { keptSecret } from "./auth-secret.ts";
import type { Config } from "./config.ts";
import { openHttp } from "./http.ts";
import { keepTrimming } from "./keep-trimming.ts";
import { openLog } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { headersForAll } from "./security-headers.ts";
import { setupCodeFor } from "./setup-code.ts";
import { systemClock } from "./system-clock.ts";
import { routeUpgrades } from "./upgrades.ts";
import { version } from "./version.ts";
import { whenToComeBack } from "./when-to-come-back.ts";
import type { WebApp } from "./web-app.ts";

const WEB_DIR = fileURLToPath(new URL("../../web", import.meta.url));
const BACKLOG = 4_096;
/** How long a proxy in front of several nodes has to notice that this one isn't ready, while it still serves. */
const NOT_READY_BEFORE_CLOSING_MS = 3_000;
const DRAINS_WITHIN_MS = 10_000;

export interface RunningServer extends AsyncDisposable {
  /** Where it can be opened on this machine. */
  url: string;
  core: Core;
  databaseKind: Database["kind"];
  /** What the first account must know; null if nothing. */
  setupCode: string | null;
  /** Takes no more work, tells everyone connected when to come back, finishes what is going on, and ends. */
  close(): Promise<void>;
}

/** What the server stands on, so that a test can put something else under it. */
export interface Ground {
  clock: Clock;
  log: Log;
  openDatabase(config: Config, log: Log): Promise<Database>;
}

const ground = (config: Config): Ground => ({
  clock: systemClock,
  log: openLog(config),
  openDatabase: ({ databaseUrl, dataDir }, log) => openDatabase(databaseUrl === null ? { dataDir } : { url: databaseUrl }, { log }),
});

/**
 * Builds the whole server from its settings: the one place that shows how the parts hang together.
 * @throws DataFolderLocked, DatabaseUnavailable, WebAppNotBuilt, and what listening throws (EADDRINUSE)
 */
export async function startServer(config: Config, on: Ground = ground(config)): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const { clock, log } = on;
  const metrics = opened.adopt(new Metrics(config.metricsToken), (each) => each.close());
  const bus = opened.adopt(await openBus(config, on), (each) => each.close());
  // The database opens in a thread of its own; what is heavy to load is loaded here meanwhile.
  const openingDatabase = on.openDatabase(config, log);
  const openingWeb = config.web === null ? null : openWebApp(config.web);
  // Heard of below; until then a failure here must not end the process behind our back.
  openingWeb?.catch(() => undefined);
  const [openedDatabase, { openAnswerSources }] = await Promise.all([openingDatabase, import("@tertulia/assistants/open-answer-sources")]);
  const database = opened.use(openedDatabase);
  await ensureDefaultAssistant(database);
  const setupCode = setupCodeFor(config.host);
  const { postsPerMinute, requestsPerMinute, changesPerMinute, roomsPerHour, registrationOpen } = config;
  const settings = { postsPerMinute, requestsPerMinute, changesPerMinute, roomsPerHour, registrationOpen, setupCode, nodeId: randomUUID(), alone: database.kind === "embedded" };
  const answers = openAnswerSources(config.openAi);
  const core = opened.adopt(await openCore({ db: database.db, assertWritable: () => database.guard.assertWritable(), bus, clock, log, answers, settings }), (each) => each.close());
  opened.defer(keepTrimming(core));

  const secret = config.authSecret ?? (await keptSecret(config.dataDir));
  const origins = openOrigins(config);
  const identities = openIdentities(core, { secret, secure: origins.secure });
  const callerOf = openCallers(config);
  const door = { core, identities, origins, callerOf, version };
  const house = new Gatehouse(core, callerOf);
  const gates = new Map([
    [TRPC_PATH, openTrpcGate({ ...door, house, fastPath: config.fastPath })],
    [PROTOCOL_PATH, openProtocolDoor({ ...door, house, compression: config.compression })],
  ]);
  const counts = () => countsOf([...gates.values()]);
  metrics.watch({ core, database, counts });

  const web = await openingWeb;
  if (web) opened.defer(() => web.close());
  let isOpen = true;
  const server = openHttp({
    trpc: openHttpDoor(door),
    rest: openRestDoor(door),
    auth: openWebSessions(core, { secret, origins, callerOf }),
    web,
    isReady: async () => isOpen && (await database.ready()),
    metrics,
    headers: headersForAll(origins),
    log,
  });
  // Built pages have no sockets: only what reloads them does.
  routeUpgrades(server, gates, config.web === "reloading" ? web : null);
  const url = await listen(server, config);
  opened.defer(async () => {
    isOpen = false;
    tellRestart(core);
    if (config.redisUrl !== null) await delay(NOT_READY_BEFORE_CLOSING_MS);
    const drained = drain(server);
    house.close();
    const { sockets } = counts();
    await Promise.all(gates.values().map((gate) => gate.close(() => whenToComeBack(sockets))));
    await drained;
  });

  const parts = opened.move();
  const close = () => parts.disposeAsync();
  return { url, core, databaseKind: database.kind, setupCode, close, [Symbol.asyncDispose]: close };
}

/** Alone, a node hears itself; with others, it hears them through Redis. What only they need is loaded then only. */
async function openBus({ redisUrl: url }: Config, { clock, log }: Ground): Promise<Bus> {
  if (url === null) return new MemoryBus({ clock, log });
  const { RedisBus } = await import("@tertulia/events/redis-bus");
  return RedisBus.open({ url, clock, log });
}

async function openWebApp(mode: "built" | "reloading"): Promise<WebApp> {
  const { openWebApp } = await import("./web-app.ts");
  return openWebApp(WEB_DIR, mode);
}

function listen(server: Server, { port, host }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      const address = server.address();
      const taken = typeof address === "object" && address !== null ? address.port : port;
      const reachable = host === "127.0.0.1" || host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
      resolve(`http://${reachable}:${taken}`);
    });
  });
}

/** Answers what was asked already, takes nothing new. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), DRAINS_WITHIN_MS);
  await closed;
  clearTimeout(cut);
}
