import { configDefaults, defineConfig } from "vitest/config";

// A server of one's own takes a while on a busy machine; only what hangs should run into these. The faults have settings of their own.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } }, exclude: [...configDefaults.exclude, "faults/**"] } });
