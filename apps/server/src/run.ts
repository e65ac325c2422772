import { inspect } from "node:util";
import { isFirstRun } from "@tertulia/core/accounts/is-first-run";
import { DatabaseUnavailable, DataFolderLocked } from "@tertulia/db/errors";
import { announcement } from "./announce.ts";
import { type Config, WrongSetting } from "./config.ts";
import { type RunningServer, startServer } from "./server.ts";
import { WebAppNotBuilt } from "./web-app-not-built.ts";

const SAME_ASKING_MS = 1_000;
/** Whoever asks a service to end waits half a minute at most, and then kills it. */
const ENDS_WITHIN_MS = 25_000;

/** Runs the server until a signal ends it. What the person at the keyboard can mend is told as one sentence. */
export async function run(readSettings: () => Promise<Config> | Config, onceOpen: (server: RunningServer) => Promise<void> = async () => {}): Promise<void> {
  try {
    const config = await readSettings();
    const server = await startServer(config).catch((error: unknown) => Promise.reject(explained(error, config)));
    endOn(["SIGINT", "SIGTERM"], server);
    // A failure behind everyone's back is one call's or one timer's: no reason to end everyone's conversation.
    process.on("unhandledRejection", (error) => server.core.log.error({ err: error }, "Something failed behind everyone's back."));
    await onceOpen(server);
    process.stdout.write(`${announcement(config, server, await isFirstRun(server.core))}\n`);
  } catch (error) {
    fail(error);
  }
}

function endOn(signals: NodeJS.Signals[], server: RunningServer): void {
  let askedAt: number | null = null;
  const end = () => {
    if (askedAt === null) {
      server.close().then(() => process.exit(0), fail);
      setTimeout(() => fail(new Error("It could not end in time: something it waits for doesn't answer.")), ENDS_WITHIN_MS).unref();
    }
    // Asked again, it is impatience. But one Ctrl+C comes twice: from the terminal, which asks the whole group, and from whoever started us.
    else if (performance.now() - askedAt > SAME_ASKING_MS) process.exit(1);
    askedAt ??= performance.now();
  };
  for (const signal of signals) process.on(signal, end);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof WrongSetting ? error.message : inspect(error)}\n`);
  process.exit(1);
}

function explained(error: unknown, { port, host, dataDir }: Config): unknown {
  if (error instanceof DataFolderLocked) return new WrongSetting(`${error.message} Stop it first, or set DATA_DIR to another folder.`);
  if (error instanceof DatabaseUnavailable) return new WrongSetting(`The database doesn't answer (${error.message}). Look at it, or at DATABASE_URL.`);
  if (error instanceof WebAppNotBuilt) return new WrongSetting(error.message);
  if (!(error instanceof Error && "code" in error)) return error;
  switch (error.code) {
    case "EADDRINUSE":
      return new WrongSetting(`Port ${port} is taken by another program: stop it, or set PORT to another one.`);
    case "EACCES":
      return new WrongSetting(`Tertulia may neither write to ${dataDir} nor listen on port ${port}: check the rights on DATA_DIR, and take a PORT above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new WrongSetting(`This machine has no address ${host}: set HOST to one it has.`);
    default:
      return error;
  }
}
