import { median } from "../measuring/statistics.ts";
import type { Bench } from "../row.ts";
import type { Contestant } from "../servers/contestants.ts";
import type { Result } from "../table.ts";

type Measures = Record<string, number>;

/** What was measured of each server, by name: the median of all rounds counts. */
export class Medians<M extends Measures> {
  readonly #rounds = new Map<Contestant, M[]>();

  add(contestant: Contestant, measured: M): void {
    this.#rounds.set(contestant, [...(this.#rounds.get(contestant) ?? []), measured]);
  }

  of(contestant: Contestant, name: keyof M): number {
    return median(this.#all(contestant, name));
  }

  /** Null if it wasn't measured: there was no Postgres for it, or ours alone was profiled. */
  beside(contestant: Contestant | null, name: keyof M): Result | null {
    return contestant && this.#rounds.has(contestant) ? { name: contestant.name, value: this.of(contestant, name) } : null;
  }

  keepIn(bench: Bench): void {
    for (const [contestant, [first]] of this.#rounds) {
      for (const what of Object.keys(first ?? {})) {
        const values = this.#all(contestant, what);
        bench.keep({ server: contestant.name, what, median: median(values), lowest: Math.min(...values), highest: Math.max(...values) });
      }
    }
  }

  #all(contestant: Contestant, name: keyof M): number[] {
    return (this.#rounds.get(contestant) ?? []).map((round) => round[name] ?? Number.NaN);
  }
}

/** Measures each contestant once a round, by turns, so that whatever else the machine does befalls all of them. */
export async function interleaved<M extends Measures>(bench: Bench, contestants: (Contestant | null)[], measure: (contestant: Contestant) => Promise<M>): Promise<Medians<M>> {
  const medians = new Medians<M>();
  for (let round = 1; round <= bench.rounds; round++) {
    for (const contestant of contestants) {
      if (!contestant || (bench.profileTo !== null && !contestant.isOurs)) continue;
      const measured = await measure(contestant);
      bench.say(`  ${round}/${bench.rounds} ${contestant.name}: ${Object.entries(measured).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`).join(", ")}`);
      medians.add(contestant, measured);
    }
  }
  medians.keepIn(bench);
  return medians;
}
