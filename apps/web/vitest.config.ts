import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // next-intl names a file of Next's that only a bundler finds.
  test: { include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.ts"], server: { deps: { inline: ["next-intl"] } } },
});
