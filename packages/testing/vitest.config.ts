import { defineConfig } from "vitest/config";

// Nothing here is about speed: a busy machine only makes it slower, and what hangs still fails.
// The names of what is shown in each door are sentences, too.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } }, taskTitleValueFormatTruncate: 0 } });
