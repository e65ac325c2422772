import { isSoak } from "@tertulia/testing/how-much";
import { defineConfig } from "vitest/config";

const MINUTE_MS = 60_000;
const patience = isSoak ? 90 * MINUTE_MS : 2 * MINUTE_MS;

// Each of them kills, stalls or crowds servers of its own and needs the machine for itself: one file at a time, after everything else.
export default defineConfig({ test: { name: "faults", fileParallelism: false, sequence: { groupOrder: 1 }, testTimeout: patience, hookTimeout: patience } });
