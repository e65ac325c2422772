import { Crowd } from "../generator/crowd.ts";
import type { Row } from "../row.ts";
import { rawWs, tertulia } from "../servers/contestants.ts";
import { compare } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 1, membersPerRoom: 1_000 };
const POSTERS = 100;
const QUIET = 20;
const BUSY = 300;

/** What a delivery costs the server, in a quiet room of 1,000 and in a busy one. Raw ws may fall behind: all of it counts, until the last has arrived. */
export const cpu: Row = {
  name: "cpu",
  async run(bench) {
    const [ours, ws] = [await tertulia(bench, PLAN), rawWs(bench, PLAN)];
    const medians = await interleaved(bench, [ours, ws], async (contestant) => {
      await using server = await contestant.start();
      using crowd = await Crowd.gather(contestant, server.port, { postersPerRoom: POSTERS });
      const secondsPerMillion = async (rate: number, seconds: number) => {
        crowd.deliveries.clear();
        const { cpuMs } = await server.look();
        const posts = await crowd.postSteadily(rate, seconds);
        await crowd.hasHeard(posts * crowd.followers);
        return (((await server.look()).cpuMs - cpuMs) * 1_000) / (posts * crowd.followers);
      };
      await secondsPerMillion(60, 2);
      return { quiet: await secondsPerMillion(QUIET, bench.quick ? 2 : 8), busy: await secondsPerMillion(BUSY, bench.quick ? 1 : 4) };
    });
    const finding = (name: "quiet" | "busy", rate: number, wanted: number) =>
      compare(`CPU seconds per million deliveries, a ${name} room (${rate} posts a second)`, seconds, medians.of(ours, name), medians.beside(ws, name), { atMost: wanted });
    return [finding("quiet", QUIET, 1.15), finding("busy", BUSY, 0.3)];
  },
};

const seconds = (value: number) => `${value.toPrecision(3)} s`;
