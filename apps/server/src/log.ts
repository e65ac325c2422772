import { type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config.ts";
import { describeError } from "./describe-error.ts";

/** JSON lines, or readable ones on a terminal. Nobody hands it a text, a token, a password or a key; errors are told without the values in them. */
export function openLog({ logLevel }: Pick<Config, "logLevel">): Logger {
  const options = { level: logLevel, base: null, serializers: { err: describeError } };
  return process.stdout.isTTY ? pino(options, pretty({ translateTime: "SYS:HH:MM:ss", ignore: "pid,hostname" })) : pino(options);
}
