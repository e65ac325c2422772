import { Crowd } from "../generator/crowd.ts";
import { generatorLoad } from "../measuring/generator-load.ts";
import type { Row } from "../row.ts";
import { rawWsInsert, tertulia } from "../servers/contestants.ts";
import { compare, milliseconds } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 50, membersPerRoom: 20 };
const POSTS_A_SECOND = 500;

/** How long a post waits for its answer at 500 a second, spread over 50 rooms of 20. */
export const ack: Row = {
  name: "ack",
  async run(bench) {
    const [ours, insert] = [await tertulia(bench, PLAN), await rawWsInsert(bench, PLAN)];
    const medians = await interleaved(bench, [ours, insert], async (contestant) => {
      await using server = await contestant.start();
      using crowd = await Crowd.gather(contestant, server.port, { postersPerRoom: 4 });
      await crowd.postSteadily(POSTS_A_SECOND, bench.quick ? 1 : 4);
      crowd.acks.clear();
      const load = generatorLoad();
      const { cpuMs } = await server.look();
      const posts = await crowd.postSteadily(POSTS_A_SECOND, bench.quick ? 2 : 10);
      const generator = load();
      await crowd.settles();
      const cpu = (await server.look()).cpuMs - cpuMs;
      return { p50: crowd.acks.percentile(0.5), p99: crowd.acks.percentile(0.99), "CPU ms a post": cpu / posts, refused: crowd.refused, generator };
    });
    const finding = (name: "p50" | "p99", wanted: number) =>
      compare(`ack ${name} at 500 posts a second`, milliseconds, medians.of(ours, name), medians.beside(insert, name), { atMost: wanted });
    return [finding("p50", 1.25), finding("p99", 1.5)];
  },
};
