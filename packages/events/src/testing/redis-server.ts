import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { canStartRedis, startTemporaryRedis, type TemporaryRedis } from "../../../../scripts/temporary-redis.mjs";

/** Whether the tests on Redis can run here. */
export const hasRedis: boolean = canStartRedis();

/** A Redis of a test's own. */
export interface RedisServer extends TemporaryRedis, AsyncDisposable {}

/** @throws where Redis isn't installed */
export async function startRedis(how: { cluster?: boolean } = {}): Promise<RedisServer> {
  const redis = await startTemporaryRedis(how);
  if (!redis) throw new Error("There is no Redis here to start.");
  return { ...redis, [Symbol.asyncDispose]: redis.stop };
}

/** Two servers that share a cluster's slots, half of them each. */
export async function startRedisCluster(): Promise<[RedisServer, RedisServer]> {
  const [one, other] = [await startRedis({ cluster: true }), await startRedis({ cluster: true })];
  await askRedis(one, (redis) => redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "8191"));
  await askRedis(other, (redis) => redis.call("CLUSTER", "ADDSLOTSRANGE", "8192", "16383"));
  await askRedis(one, (redis) => redis.call("CLUSTER", "MEET", "127.0.0.1", new URL(other.url).port));
  for (const server of [one, other]) await untilItKnowsTheOther(server);
  return [one, other];
}

/** Asks it something by a connection of the test's own. */
export async function askRedis<T>({ url }: { url: string }, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, enableReadyCheck: false });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

async function untilItKnowsTheOther(server: RedisServer): Promise<void> {
  for (;;) {
    const state = await askRedis(server, (redis) => redis.cluster("INFO"));
    if (state.includes("cluster_state:ok") && state.includes("cluster_known_nodes:2")) return;
    await delay(20);
  }
}
