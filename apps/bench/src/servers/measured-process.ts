import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Pinning } from "../machine.ts";

const PROBE = fileURLToPath(new URL("../measuring/probe.ts", import.meta.url));

/** What a server has used so far; the loop's delay is since the last look. */
export interface Use {
  cpuMs: number;
  rss: number;
  /** Of JavaScript and what it holds outside its heap. */
  heap: number;
  loopDelayP99Ms: number;
}

export interface Measured {
  script: string;
  /** What is loaded into it before. */
  imports?: string[];
  settings: Record<string, string>;
  pinning: Pinning | null;
  /** Where its CPU profile goes. */
  profileTo: string | null;
}

/** A server as a process of its own on a core of its own, with the probe in it. */
export class MeasuredProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = "";
  port = 0;

  private constructor({ script, imports = [], settings, pinning, profileTo }: Measured) {
    const profile = profileTo === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileTo}`];
    const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--expose-gc", ...profile, ...[PROBE, ...imports].flatMap((file) => ["--import", file]), script];
    const [program = "", ...args] = pinning ? ["taskset", "-c", pinning.server, ...node] : node;
    this.#child = spawn(program, args, { env: { PATH: process.env["PATH"], NODE_ENV: "production", ...settings }, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#ended = once(this.#child, "exit");
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on("data", (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  static async start(measured: Measured): Promise<MeasuredProcess> {
    const started = new MeasuredProcess(measured);
    await started.#untilOpen();
    return started;
  }

  /** All that it wrote so far. */
  get output(): string {
    return this.#output;
  }

  /** What it has used, with garbage or without. */
  async look(how: "as it is" | "after collecting" = "as it is"): Promise<Use> {
    const answered = once(this.#child, "message");
    this.#child.send(how);
    const [use]: Use[] = await answered;
    if (!use) throw new Error("The probe gave no answer.");
    return use;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill("SIGTERM");
    const cut = setTimeout(() => this.#child.kill("SIGKILL"), 15_000);
    await this.#ended;
    clearTimeout(cut);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #untilOpen(): Promise<void> {
    const ended = this.#ended.then(() => true);
    for (;;) {
      const port = /is open: http:\/\/localhost:(\d+)/.exec(this.#output)?.[1];
      if (port !== undefined) return void (this.port = Number(port));
      const wrote = Promise.race([this.#child.stdout, this.#child.stderr].map((stream) => once(stream ?? this.#child, "data"))).then(() => false);
      if (await Promise.race([ended, wrote])) throw new Error(`It ended before it was open: ${this.#output}`);
    }
  }
}
