import type { Pinning } from "./machine.ts";
import type { Databases } from "./servers/databases.ts";

/** What a run of the benchmark has to work with. */
export interface Bench {
  databases: Databases;
  pinning: Pinning | null;
  /** How often each server is measured, one after the other by turns; the median counts. */
  rounds: number;
  /** One short round, to see that it works; its numbers say little. */
  quick: boolean;
  /** Where our server leaves its CPU profiles; null: it isn't profiled. */
  profileTo: string | null;
  /** Tells whoever waits how it goes. */
  say(sentence: string): void;
  /** Keeps a number for the page, whether or not a goal is set for it. */
  keep(detail: Detail): void;
}

/** A number of one server over all rounds. */
export interface Detail {
  server: string;
  what: string;
  median: number;
  lowest: number;
  highest: number;
}

/** A measure of the table: ours beside another's, and what we want of the two. */
export interface Finding {
  measure: string;
  ours: string;
  beside: string;
  /** Ours divided by the other's; null where nothing stands beside it. */
  ratio: number | null;
  goal: string;
  /** Null where it can't be shown on this machine. */
  reached: boolean | null;
}

/** One question the benchmark answers; `--only=` names it. */
export interface Row {
  name: string;
  run(bench: Bench): Promise<Finding[]>;
}
