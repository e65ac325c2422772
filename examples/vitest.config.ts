import { defineConfig } from "vitest/config";

// A server of one's own takes a while on a busy machine; only what hangs should run into these.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000 } });
