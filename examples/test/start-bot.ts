import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** An example as its reader starts it: a process of its own. */
export interface RunningBot extends AsyncDisposable {
  /** Resolves with the next line it prints with these words; each line is heard once. @throws if it ends before */
  prints(words: string): Promise<string>;
  /** As Ctrl+C does. Resolves with its exit code. */
  interrupt(): Promise<number | null>;
  /** Resolves with its exit code, and what it complained of, when it ends by itself. */
  readonly ended: Promise<{ code: number | null; complaints: string }>;
}

export function startBot([command, ...args]: readonly [string, ...string[]], env: Record<string, string>): RunningBot {
  const bot = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const complaints: string[] = [];
  bot.stderr.on("data", (text: Buffer) => complaints.push(String(text)));
  const lines = createInterface({ input: bot.stdout })[Symbol.asyncIterator]();
  const ended = endOf(bot).then((code) => ({ code, complaints: complaints.join("") }));
  return {
    ended,
    async prints(words) {
      for (let line = await lines.next(); !line.done; line = await lines.next()) if (line.value.includes(words)) return line.value;
      throw new Error(`It ended without "${words}": ${complaints.join("")}`);
    },
    async interrupt() {
      bot.kill("SIGINT");
      return (await ended).code;
    },
    async [Symbol.asyncDispose]() {
      bot.kill("SIGKILL");
      await ended;
    },
  };
}

async function endOf(bot: ChildProcess): Promise<number | null> {
  await once(bot, "close");
  return bot.exitCode;
}
