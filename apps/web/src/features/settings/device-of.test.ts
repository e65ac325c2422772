import { describe, expect, it } from "vitest";
import { deviceOf, programOf } from "./device-of";

describe("the device behind a session", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", { browser: "Firefox", system: "Linux", phone: false }],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0", { browser: "Edge", system: "Windows", phone: false }],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", { browser: "Safari", system: "iPhone", phone: true }],
    ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", { browser: "Chrome", system: "Android", phone: true }],
  ])("is told from %s", (userAgent, device) => expect(deviceOf(userAgent)).toEqual(device));

  it("is unknown for a script", () => expect(deviceOf("curl/8.9.1")).toBeNull());
});

describe("the program behind a session", () => {
  it.each([
    ["curl/8.9.1", "curl/8.9.1"],
    ["python-requests/2.32.3 on something", "python-requests/2.32.3"],
    ["x".repeat(256), "x".repeat(40)],
    ["", null],
    [null, null],
  ])("of %s is %s", (userAgent, program) => expect(programOf(userAgent)).toBe(program));
});
