import { defineConfig } from "vitest/config";

// Nothing here is about speed: a busy machine only makes it slower, and what hangs still fails.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } } });
