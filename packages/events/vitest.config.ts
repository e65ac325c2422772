import { defineConfig } from "vitest/config";

// A Redis of one's own, and hearing of it, takes a while on a busy machine; only what hangs should run into these.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } } });
