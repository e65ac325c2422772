import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const withStrings = createNextIntlPlugin({
  requestConfig: "./src/i18n/request.ts",
  experimental: {
    // The strings are parsed at build time, so that no parser travels to the browser.
    messages: { path: ["./src/features", "./src/ui"], format: "json", locales: ["en", "zh-CN"], sourceLocale: "en", precompile: true },
  },
});

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  transpilePackages: ["@tertulia/client", "@tertulia/model"],
  turbopack: { root: fileURLToPath(new URL("../..", import.meta.url)) },
  // The types are checked by `tsc`, which has no JavaScript interface for Next to call.
  typescript: { ignoreBuildErrors: true },
};

export default withStrings(config);
