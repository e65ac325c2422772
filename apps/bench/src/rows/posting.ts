import { setTimeout as pause } from "node:timers/promises";
import { Crowd } from "../generator/crowd.ts";
import { generatorLoad } from "../measuring/generator-load.ts";
import type { Row } from "../row.ts";
import { rawWsInsert, tertulia } from "../servers/contestants.ts";
import { compare, count } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 500, membersPerRoom: 4 };
const AHEAD = 2;

/** How many posts are committed a second in 500 rooms of 4, where everyone keeps two on their way. */
export const posting: Row = {
  name: "posting",
  async run(bench) {
    const [ours, insert] = [await tertulia(bench, PLAN), await rawWsInsert(bench, PLAN)];
    const medians = await interleaved(bench, [ours, insert], async (contestant) => {
      await using server = await contestant.start();
      using crowd = await Crowd.gather(contestant, server.port, { postersPerRoom: PLAN.membersPerRoom });
      const stop = crowd.postWithoutPause(AHEAD);
      await pause(bench.quick ? 1_000 : 3_000);
      crowd.acks.clear();
      const [startedAt, load, { cpuMs }] = [performance.now(), generatorLoad(), await server.look()];
      await pause(bench.quick ? 2_000 : 8_000);
      const [posts, seconds, generator] = [crowd.acks.count, (performance.now() - startedAt) / 1_000, load()];
      const cpu = (await server.look()).cpuMs - cpuMs;
      stop();
      await crowd.settles();
      return { posts: posts / seconds, "ack p50": crowd.acks.percentile(0.5), "server's share of its core": cpu / seconds / 1_000, refused: crowd.refused, generator };
    });
    return [compare("posts committed a second, 500 rooms of 4", count, medians.of(ours, "posts"), medians.beside(insert, "posts"), { atLeast: 1.1 })];
  },
};
