import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The server as a process of its own, as `npm start` runs it, without the web app. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = "";

  /** `descriptors`: how many files and sockets it may have open, where that isn't left to the machine. */
  constructor(settings: Record<string, string>, { descriptors }: { descriptors?: number } = {}) {
    const program = [process.execPath, "--disable-warning=ExperimentalWarning", MAIN];
    const [command = "", ...args] = descriptors === undefined ? program : ["sh", "-c", 'ulimit -n "$0" && exec "$@"', String(descriptors), ...program];
    this.#child = spawn(command, args, {
      env: { PATH: process.env["PATH"], WEB: "off", PORT: "0", NODE_ENV: "production", ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = once(this.#child, "exit").then(([code]: unknown[]) => (typeof code === "number" ? code : null));
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on("data", (chunk: Buffer) => (this.#output += chunk.toString("utf8")));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How many files and sockets it has open now; 0 where the system doesn't tell. */
  get descriptors(): number {
    const folder = `/proc/${this.#child.pid}/fd`;
    return existsSync(folder) ? readdirSync(folder).length : 0;
  }

  /** All that it wrote so far. */
  get output(): string {
    return this.#output;
  }

  /** Where it is open; fails with what it wrote if it ends instead. */
  async url(): Promise<string> {
    for (;;) {
      const url = /is open: (http:\S+)/.exec(this.#output)?.[1];
      if (url !== undefined) return url;
      const ended = this.#ended.then(() => true);
      const wrote = Promise.race([once(this.#child.stdout ?? this.#child, "data"), once(this.#child.stderr ?? this.#child, "data")]).then(() => false);
      if (await Promise.race([ended, wrote])) throw new Error(`It ended before it was open: ${this.#output}`);
    }
  }

  /** Its exit code, once it has ended; null if a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }
}
