import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { limitsOutOfTheWay } from "@tertulia/testing/limits-out-of-the-way";
import type { Dialect } from "../generator/dialect.ts";
import { protocolDialect } from "../generator/protocol-dialect.ts";
import { socketIoDialect } from "../generator/socket-io-dialect.ts";
import { tertuliaDialect } from "../generator/tertulia-dialect.ts";
import { wsDialect } from "../generator/ws-dialect.ts";
import type { Bench } from "../row.ts";
import { type Audience, type AudiencePlan, layOut } from "./audience.ts";
import type { DatabasePlace } from "./databases.ts";
import { MeasuredProcess } from "./measured-process.ts";
import { seedTertulia } from "./seed.ts";

/** A server that is measured, and how it is spoken to. */
export interface Contestant {
  name: string;
  isOurs: boolean;
  dialect: Dialect;
  audience: Audience;
  /** Starts it afresh; what it stored before is still there. */
  start(): Promise<MeasuredProcess>;
}

const SERVER = fileURLToPath(import.meta.resolve("@tertulia/server/main"));
const NEVER_MERGES = fileURLToPath(new URL("never-merges.ts", import.meta.url));

/** Ours, and where it stores. */
export interface Tertulia extends Contestant {
  place: DatabasePlace;
}

/**
 * Ours as `npm start` runs it: rights, sessions, sequence, the rooms' log and limits. The limit of posts a minute is out of the way, only errors
 * are logged, and the web app isn't served unless `more` says so.
 */
export async function tertulia(bench: Bench, plan: AudiencePlan, more: Record<string, string> = {}): Promise<Tertulia> {
  const place = await bench.databases.create();
  const start = () => MeasuredProcess.start({ script: SERVER, settings: { ...settingsFor(place), ...more }, pinning: bench.pinning, profileTo: bench.profileTo });
  return { name: "Tertulia", isOurs: true, dialect: tertuliaDialect, audience: await seedTertulia(place, plan), place, start };
}

function settingsFor(place: DatabasePlace): Record<string, string> {
  const database: Record<string, string> = "url" in place ? { DATABASE_URL: place.url } : { DATA_DIR: place.dataDir };
  return { PORT: "0", WEB: "off", LOG_LEVEL: "error", AUTH_SECRET: "a secret that the benchmark knows", ...limitsOutOfTheWay, ...database };
}

/** Ours, over the same database, but never waiting for events to send together, however busy the room is. What comes while it sends still goes together. */
export function withoutMerging(bench: Bench, { place, ...merging }: Tertulia): Contestant {
  const start = () => MeasuredProcess.start({ script: SERVER, imports: [NEVER_MERGES], settings: settingsFor(place), pinning: bench.pinning, profileTo: bench.profileTo });
  return { ...merging, name: "Tertulia without merging", start };
}

/** Ours, over the same database, followed through the JSON protocol. */
export const throughProtocol = ({ place: _, ...ours }: Tertulia): Contestant => ({ ...ours, name: "Tertulia, the JSON protocol", dialect: protocolDialect });

export const rawWs = (bench: Bench, plan: AudiencePlan) => baseline(bench, plan, "raw ws", "ws", wsDialect, {});
export const rawWsMerging = (bench: Bench, plan: AudiencePlan) => baseline(bench, plan, "raw ws, merging", "ws-merging", wsDialect, {});

/** Passes an assistant's answer on, one frame a token. */
export const tokenByToken = (bench: Bench, plan: AudiencePlan, model: Record<string, string>) => baseline(bench, plan, "raw ws, a frame a token", "ws-tokens", wsDialect, model);

/** Null where there is no Postgres to store in. */
export const rawWsInsert = (bench: Bench, plan: AudiencePlan) => storingBaseline(bench, plan, "raw ws + INSERT", "ws-insert", wsDialect);
/** Null where there is no Postgres to store in. */
export const socketIoInsert = (bench: Bench, plan: AudiencePlan) => storingBaseline(bench, plan, "Socket.IO + INSERT", "socket-io", socketIoDialect);

async function storingBaseline(bench: Bench, plan: AudiencePlan, name: string, script: string, dialect: Dialect): Promise<Contestant | null> {
  const url = await bench.databases.createUrl();
  return url === null ? null : baseline(bench, plan, name, script, dialect, { DATABASE_URL: url });
}

function baseline(bench: Bench, plan: AudiencePlan, name: string, script: string, dialect: Dialect, settings: Record<string, string>): Contestant {
  const file = fileURLToPath(new URL(`../baselines/${script}.ts`, import.meta.url));
  const start = () => MeasuredProcess.start({ script: file, settings, pinning: bench.pinning, profileTo: null });
  const audience: Audience = { roomIds: Array.from({ length: plan.rooms }, () => randomUUID()), people: layOut(plan).map((rooms) => ({ token: "", rooms })) };
  return { name, isOurs: false, dialect, audience, start };
}
