import { expect, test } from "vitest";
import { announcement } from "./announce.ts";
import { readConfig } from "./config.ts";

test.each([
  ["behind HTTPS it asks for the proxy's name, without which no address is known", { PUBLIC_URL: "https://tea.example" }, true],
  ["it doesn't ask for what it has", { PUBLIC_URL: "https://tea.example", TRUSTED_PROXIES: "loopback" }, false],
  ["without HTTPS there may be no proxy", { PUBLIC_URL: "http://tea.lan" }, false],
])("%s", (_, environment, asks) => {
  const told = announcement(readConfig(environment, "/srv/tea"), { url: "http://localhost:3000", databaseKind: "embedded", setupCode: null }, false);
  expect(told.includes("name the proxy in front in TRUSTED_PROXIES")).toBe(asks);
});
