import { defineConfig } from "vitest/config";

// These tests start whole programs, on machines that are busy with the other suites.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
