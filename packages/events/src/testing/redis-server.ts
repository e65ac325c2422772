import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";

/** Whether the tests on Redis can run here. */
export const hasRedis: boolean = spawnSync("redis-server", ["--version"]).status === 0;

/** A Redis of a test's own, in memory alone, which can be stopped dead, ended and started again. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #isCluster: boolean;
  #process: ChildProcess | null = null;

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "tertulia-redis-")), false);
    await server.start();
    return server;
  }

  /** Two servers that share a cluster's slots, half of them each. */
  static async startCluster(): Promise<[RedisServer, RedisServer]> {
    const make = async (slots: [string, string]) => {
      const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "tertulia-redis-")), true);
      await server.start();
      await server.ask((redis) => redis.call("CLUSTER", "ADDSLOTSRANGE", ...slots));
      return server;
    };
    const [one, other] = [await make(["0", "8191"]), await make(["8192", "16383"])];
    await one.ask((redis) => redis.call("CLUSTER", "MEET", "127.0.0.1", String(other.port)));
    for (const server of [one, other]) await server.#until(serves);
    return [one, other];
  }

  constructor(port: number, folder: string, isCluster: boolean) {
    this.port = port;
    this.#folder = folder;
    this.#isCluster = isCluster;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, empty. */
  async start(): Promise<void> {
    const settings = { port: this.port, bind: "127.0.0.1", save: "", appendonly: "no", dir: this.#folder, ...(this.#isCluster ? { "cluster-enabled": "yes", "cluster-node-timeout": 1_000 } : {}) };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#process = spawn("redis-server", args, { stdio: ["ignore", "ignore", "ignore"] });
    await this.#until((redis) => redis.ping());
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    const ended = this.#process?.exitCode === null && this.#process.signalCode === null ? once(this.#process, "exit") : null;
    this.#process?.kill("SIGKILL");
    await ended;
    this.#process = null;
  }

  /** Every connection stays open and nothing is answered, until `resume`. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Asks it something by a connection of the test's own. */
  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, enableReadyCheck: false });
    redis.on("error", () => {});
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #until(succeeds: (redis: Redis) => Promise<unknown>): Promise<void> {
    for (;;) {
      if (this.#process?.exitCode !== null) throw new Error("redis-server ended by itself.");
      if (await this.ask(succeeds).then(() => true, () => false)) return;
      await delay(20);
    }
  }
}

/** A cluster that was just made takes a moment until its servers know of each other. */
async function serves(redis: Redis): Promise<void> {
  const state = await redis.cluster("INFO");
  if (!state.includes("cluster_state:ok") || !state.includes("cluster_known_nodes:2")) throw new Error("not yet");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No free port.");
  // A cluster talks among itself on the port 10,000 above.
  return address.port > 55_000 ? freePort() : address.port;
}
