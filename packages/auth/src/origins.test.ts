import { describe, expect, test } from "vitest";
import { openOrigins } from "./origins.ts";

const atHome = openOrigins({ publicUrl: null, allowedHosts: ["tea.lan"], allowedOrigins: [] });
const published = openOrigins({ publicUrl: "https://tea.example/", allowedHosts: [], allowedOrigins: ["https://garden.example"] });

describe("without a PUBLIC_URL", () => {
  test.each([
    ["localhost:3000", "http://localhost:3000"],
    ["127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["[::1]:3000", "http://[::1]:3000"],
    ["192.168.1.20:3000", "http://192.168.1.20:3000"],
    ["tea.lan", "http://tea.lan"],
    ["tea.lan", "https://tea.lan"],
  ])("a page opened at %s may send from %s", (host, origin) => {
    expect(atHome.isOurs({ host, origin })).toBe(true);
  });

  test.each([
    ["localhost:3000", "http://localhost:3001"],
    ["localhost:3000", "http://localhost:3000.evil.example"],
    ["localhost:3000", "null"],
    ["localhost:3000", undefined],
    ["localhost:3000", "http://127.0.0.1:3000"],
    ["localhost:3000", "file://localhost:3000"],
    ["localhost:3000", "http://localhost:3000/path"],
    // A name that its owner pointed here, to send as if from here.
    ["rebound.evil.example:3000", "http://rebound.evil.example:3000"],
    ["10.0.0.1.evil.example", "http://10.0.0.1.evil.example"],
  ])("a page opened at %s may not send from %s", (host, origin) => {
    expect(atHome.isOurs({ host, ...(origin === undefined ? {} : { origin }) })).toBe(false);
  });

  test("a request is addressed to the host it names, if that is ours, whatever was forwarded", () => {
    expect(atHome.addressed({ host: "localhost:3000", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" })).toBe("http://localhost:3000");
    expect(atHome.addressed({ host: "evil.example" })).toBeNull();
    expect(atHome.addressed({ host: "localhost:3000/@evil.example" })).toBe("http://localhost:3000");
    expect(atHome.addressed({})).toBeNull();
    expect(atHome.secure).toBe(false);
  });
});

describe("with a PUBLIC_URL", () => {
  test("that origin and ALLOWED_ORIGINS are ours, and nothing else, whatever Host was sent", () => {
    const from = (origin: string) => published.isOurs({ host: new URL(origin).host, origin });
    expect(from("https://tea.example")).toBe(true);
    expect(from("https://garden.example")).toBe(true);
    expect(from("http://tea.example")).toBe(false);
    expect(from("http://localhost:3000")).toBe(false);
    expect(from("https://tea.example.evil.example")).toBe(false);
  });

  test("every request is addressed to it, and cookies travel over HTTPS alone", () => {
    expect(published.addressed({ host: "evil.example" })).toBe("https://tea.example");
    expect(published.secure).toBe(true);
  });
});
