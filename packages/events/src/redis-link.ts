import type { Clock } from "@tertulia/model/ports/clock";
import { Redis, type RedisOptions } from "ioredis";
import { slotOf } from "./redis-slots.ts";

/** A Redis that has stopped, or a network that swallows everything, breaks no connection by itself: found out after this and the time to answer. */
const PING_EVERY_MS = 500;
const ANSWERS_WITHIN_MS = 1_000;
const OPENS_WITHIN_MS = 2_000;
/** What Redis hasn't taken yet may fill no more memory than this; beyond it notes are dropped, since the log has what they tell. */
const UNTAKEN_BYTES = 8 * 1024 * 1024;

/** One server of Redis and the slots that are its: all of them, unless it is one of a cluster. */
interface Shard {
  slots: [first: number, last: number][];
  commands: Redis;
  /** A connection that listens can't be asked for anything else. */
  ears: Redis;
}

export interface LinkParts {
  url: string;
  clock: Clock;
  hear: (channel: string, text: string) => void;
}

/**
 * Our connections to Redis, or to every server of a Redis cluster, from when all stand until the first of them fails: a link never mends itself,
 * a new one is made. So whoever has one knows that nothing was missed since it was made.
 */
export class RedisLink {
  readonly #clock: Clock;
  readonly #shards: Shard[];
  readonly #isCluster: boolean;
  readonly #broken = Promise.withResolvers<Error>();
  #topology = "";
  #untaken = 0;
  #isBroken = false;
  #cancelPing = () => {};

  /** @throws when Redis can't be reached, or doesn't answer in time */
  static async open({ url, clock, hear }: LinkParts): Promise<RedisLink> {
    const made: Redis[] = [];
    const connect = async (redis: Redis) => {
      made.push(redis);
      // Whoever waits for the connection hears of it; without a listener ioredis writes it to the console.
      redis.on("error", () => {});
      await redis.connect();
      return redis;
    };
    try {
      return await within(clock, OPENS_WITHIN_MS, openWith(url, connect, clock, hear));
    } catch (error) {
      for (const redis of made) redis.disconnect();
      throw error;
    }
  }

  constructor(shards: Shard[], isCluster: boolean, clock: Clock, hear: LinkParts["hear"]) {
    this.#shards = shards;
    this.#isCluster = isCluster;
    this.#clock = clock;
    for (const redis of this.#connections()) {
      redis.once("close", () => this.fail(new Error("A connection to Redis broke.")));
      // A slot that moves to another server takes its channels along.
      redis.once("moved", () => this.fail(new Error("The slots of the cluster are moving.")));
    }
    for (const { ears } of shards) {
      // What waited on a line that was thought dead may still come, when another link has brought what was said later.
      ears.on(isCluster ? "smessage" : "message", (channel: string, text: string) => this.#isBroken || hear(channel, text));
    }
    this.#pingLater();
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Whether notes are on their way of which Redis hasn't said that it took them; when the link has failed, whether some may be lost. */
  get hasUntaken(): boolean {
    return this.#untaken > 0;
  }

  /** Resolves when the link has failed, with what happened. */
  get broken(): Promise<Error> {
    return this.#broken.promise;
  }

  async subscribe(channel: string): Promise<void> {
    const { ears } = this.#shardOf(channel);
    try {
      await (this.#isCluster ? ears.ssubscribe(channel) : ears.subscribe(channel));
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  unsubscribe(channel: string): void {
    const { ears } = this.#shardOf(channel);
    (this.#isCluster ? ears.sunsubscribe(channel) : ears.unsubscribe(channel)).catch((error: unknown) => this.fail(error));
  }

  /** Answers whether the note is on its way; not when Redis takes them more slowly than they come. */
  publish(channel: string, text: string): boolean {
    if (this.#untaken > UNTAKEN_BYTES) return false;
    this.#untaken += text.length;
    const { commands } = this.#shardOf(channel);
    (this.#isCluster ? commands.spublish(channel, text) : commands.publish(channel, text)).then(
      () => void (this.#untaken -= text.length),
      (error: unknown) => this.fail(error),
    );
    return true;
  }

  /** Runs a script on the server that has the key. @throws if it doesn't answer within a second */
  async run(script: string, key: string, ...args: (string | number)[]): Promise<unknown> {
    try {
      return await within(this.#clock, ANSWERS_WITHIN_MS, this.#shardOf(key).commands.eval(script, 1, key, ...args));
    } catch (error) {
      if (hasMoved(error)) this.fail(error);
      throw error;
    }
  }

  fail(cause: unknown): void {
    this.#broken.resolve(cause instanceof Error ? cause : new Error(String(cause)));
    this.close();
  }

  close(): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#cancelPing();
    for (const redis of this.#connections()) redis.disconnect();
    this.#broken.resolve(new Error("The link was closed."));
  }

  #connections(): Redis[] {
    return this.#shards.flatMap(({ commands, ears }) => [commands, ears]);
  }

  #shardOf(key: string): Shard {
    const [first] = this.#shards;
    const slot = this.#isCluster ? slotOf(key) : 0;
    const shard = this.#shards.find(({ slots }) => slots.some(([from, to]) => from <= slot && slot <= to)) ?? first;
    if (!shard) throw new Error("A link has at least one server.");
    return shard;
  }

  #pingLater(): void {
    this.#cancelPing = this.#clock.after(PING_EVERY_MS, () => {
      within(this.#clock, ANSWERS_WITHIN_MS, this.#ping()).then(
        () => this.#isBroken || this.#pingLater(),
        (error: unknown) => this.fail(error),
      );
    });
  }

  async #ping(): Promise<void> {
    const [first] = this.#shards;
    await Promise.all([...this.#connections().map((redis) => redis.ping()), ...(this.#isCluster && first ? [this.#lookAtTopology(first)] : [])]);
  }

  /** Where nobody listens nobody is told that a slot has moved. */
  async #lookAtTopology({ commands }: Shard): Promise<void> {
    const topology = JSON.stringify(await commands.cluster("SLOTS"));
    if (this.#topology !== "" && this.#topology !== topology) throw new Error("The slots of the cluster have moved.");
    this.#topology = topology;
  }
}

type Connect = (redis: Redis) => Promise<Redis>;

async function openWith(url: string, connect: Connect, clock: Clock, hear: LinkParts["hear"]): Promise<RedisLink> {
  const first = await connect(new Redis(url, connection));
  const isCluster = (await first.info("cluster")).includes("cluster_enabled:1");
  const shards = isCluster ? await shardsOf(first, connect) : [{ slots: [], commands: first, ears: await connect(first.duplicate()) }];
  return new RedisLink(shards, isCluster, clock, hear);
}

async function shardsOf(first: Redis, connect: Connect): Promise<Shard[]> {
  const byAddress = new Map<string, Shard["slots"]>();
  for (const [from, to, [host, port]] of readSlots(await first.cluster("SLOTS"))) {
    const address = `${host || first.options.host} ${port}`;
    byAddress.set(address, [...(byAddress.get(address) ?? []), [from, to]]);
  }
  const shards = await Promise.all(
    [...byAddress].map(async ([address, slots]) => {
      const [host = "", port] = address.split(" ");
      const there = { host, port: Number(port) };
      const [commands, ears] = await Promise.all([connect(first.duplicate(there)), connect(first.duplicate(there))]);
      return { slots, commands, ears };
    }),
  );
  first.disconnect();
  return shards;
}

type SlotRange = [from: number, to: number, master: [host: string | null, port: number]];

/** @throws if no server has any slot: a cluster that isn't set up yet */
function readSlots(answer: unknown): SlotRange[] {
  const ranges = Array.isArray(answer) ? answer.filter(isSlotRange) : [];
  if (ranges.length === 0) throw new Error("The cluster has no slots.");
  return ranges;
}

const isSlotRange = (range: unknown): range is SlotRange => Array.isArray(range) && typeof range[0] === "number" && typeof range[1] === "number" && Array.isArray(range[2]);

// Nothing is kept for later and nothing tried again behind our back: a new link begins from what is known then.
const connection = {
  lazyConnect: true,
  connectionName: "tertulia",
  connectTimeout: OPENS_WITHIN_MS,
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
} satisfies RedisOptions;

/** The server isn't the one to ask any more: it is a replica now, or the slot is another's. */
const hasMoved = (error: unknown) => error instanceof Error && /^(MOVED|READONLY|CLUSTERDOWN)/.test(error.message);

function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // An answer that lies there already counts, though we were too busy to take it.
    const cancel = clock.after(ms, () => setImmediate(() => reject(new Error(`Redis didn't answer within ${ms} ms.`))));
    work.then(resolve, reject).finally(cancel);
  });
}
