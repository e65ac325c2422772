import { setTimeout as pause } from "node:timers/promises";
import { Crowd } from "../generator/crowd.ts";
import { generatorLoad } from "../measuring/generator-load.ts";
import type { Bench, Row } from "../row.ts";
import { type Contestant, rawWs, rawWsMerging, socketIoInsert, tertulia, throughProtocol, withoutMerging } from "../servers/contestants.ts";
import { compare, count } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 1, membersPerRoom: 1_000 };
const MOST_DELAY_MS = 100;
const FIRST_RATE = 60;
const MOST_STEPS = 16;

/** The most deliveries a second into one room of 1,000 at which 99 of 100 arrive within 100 ms. */
export const fanOut: Row = {
  name: "fan-out",
  async run(bench) {
    const ours = await tertulia(bench, PLAN);
    const [unmerged, protocol] = [withoutMerging(bench, ours), throughProtocol(ours)];
    const [ws, merging, socketIo] = [rawWs(bench, PLAN), rawWsMerging(bench, PLAN), await socketIoInsert(bench, PLAN)];
    const rates = new Map<Contestant, number>();
    const best = await interleaved(bench, [ours, protocol, unmerged, ws, merging, socketIo], async (contestant) => {
      const found = await highestRate(bench, contestant, rates.get(contestant) || FIRST_RATE);
      rates.set(contestant, found.rate);
      return found;
    });
    const measure = "deliveries a second into a room of 1,000, p99 ≤ 100 ms";
    const beside = (one: Contestant, name: string, other: Contestant | null, wanted: number) => compare(name, count, best.of(one, "deliveries"), best.beside(other, "deliveries"), { atLeast: wanted });
    const allBeside = (one: Contestant, name: string) => [beside(one, name, ws, 3), beside(one, name, socketIo, 6), beside(one, name, merging, 0.6)];
    return [...allBeside(ours, measure), ...allBeside(protocol, `${measure}, through the JSON protocol`), compare(`${measure}, ours without waiting for others to merge with (it still gathers while it sends)`, count, best.of(unmerged, "deliveries"), best.beside(ws, "deliveries"), { atLeast: 0.85 })];
  },
};

type Held = {
  /** A second, as they arrived. */
  deliveries: number;
  /** Posts a second, as they were sent. */
  rate: number;
  p99: number;
  /** Share of a core that the generator took. */
  generator: number;
};

/** Raises the rate until it no longer holds, then closes in on the highest that does. One bad moment of the machine is forgiven: a rate fails when it fails twice. */
async function highestRate(bench: Bench, contestant: Contestant, startAt: number): Promise<Held> {
  await using server = await contestant.start();
  const gather = () => Crowd.gather(contestant, server.port, { postersPerRoom: PLAN.membersPerRoom });
  let crowd = await gather();
  let best: Held = { deliveries: 0, rate: 0, p99: 0, generator: 0 };
  let fails = Infinity;
  const closeEnough = bench.quick ? 1.5 : 1.1;
  for (let step = 0, rate = startAt, misses = 0; step < MOST_STEPS && fails / best.rate > closeEnough; step++) {
    const held = await tryRate(crowd, rate, bench.quick ? 1 : 3);
    if (held) {
      if (held.rate > best.rate) best = held;
      misses = 0;
    } else {
      crowd[Symbol.dispose]();
      crowd = await gather();
      if (++misses < 2) continue;
      fails = Math.min(fails, rate);
      misses = 0;
    }
    rate = nextRate(rate, best.rate, fails);
  }
  crowd[Symbol.dispose]();
  return best;
}

function nextRate(rate: number, holds: number, fails: number): number {
  if (fails === Infinity) return rate * 1.5;
  return holds === 0 ? rate / 1.5 : Math.sqrt(holds * fails);
}

async function tryRate(crowd: Crowd, rate: number, seconds: number): Promise<Held | null> {
  const warmUp = seconds / 3;
  const posting = crowd.postSteadily(rate, warmUp + seconds);
  await pause(warmUp * 1_000);
  crowd.deliveries.clear();
  const startedAt = performance.now();
  const load = generatorLoad();
  await pause(seconds * 1_000);
  const took = (performance.now() - startedAt) / 1_000;
  const generator = load();
  const { count } = crowd.deliveries;
  const p99 = crowd.deliveries.percentile(0.99);
  await posting;
  const deliveries = count / took;
  const holds = crowd.isWhole && p99 <= MOST_DELAY_MS && deliveries >= 0.95 * rate * crowd.followers;
  if (holds) await crowd.settles();
  return holds ? { deliveries, rate, p99, generator } : null;
}
