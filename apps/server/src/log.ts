import { type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config.ts";

/** JSON lines, or readable ones on a terminal. Nobody hands it a text, a token, a password or a key; errors are told without the values in them. */
export function openLog({ logLevel }: Pick<Config, "logLevel">): Logger {
  const serializers = { err: describeError, error: describeError };
  const options = { level: logLevel, base: null, serializers };
  return process.stdout.isTTY ? pino(options, pretty({ translateTime: "SYS:HH:MM:ss", ignore: "pid,hostname" })) : pino(options);
}

interface ErrorFacts {
  type: string;
  message: string;
  stack?: string | undefined;
  code?: unknown;
  cause?: ErrorFacts;
}

/** What went wrong and where. Databases add rows and parameters to their errors: people's data, which stays out. */
function describeError(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { type: typeof error, message: "Not an error" };
  const { name: type, message, stack, cause } = error;
  return {
    type,
    message,
    stack,
    ...("code" in error ? { code: error.code } : {}),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
