import { type IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { isProxyName, openCallers } from "./callers.ts";

const tomas = "198.51.100.7";
const proxy = "10.0.0.2";
const outerProxy = "203.0.113.9";

const behindNone = openCallers({ trustedProxies: [], publicUrl: null });
const behindTwo = openCallers({ trustedProxies: ["loopback", "10.0.0.0/8", outerProxy], publicUrl: "https://tea.example" });

function request(from: string | undefined, headers: IncomingHttpHeaders = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: from });
  return Object.assign(new IncomingMessage(socket), { headers });
}

describe("with no trusted proxy", () => {
  test.each(["x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "x-client-ip"])("[B27] %s says nothing about who asks", (header) => {
    for (const written of [tomas, "127.0.0.1", `for=${tomas}`]) expect(behindNone(request(outerProxy, { [header]: written })).ip).toBe(outerProxy);
  });

  test("behind HTTPS nobody's address is known: it would be the proxy's, for everyone", () => {
    const hidden = openCallers({ trustedProxies: [], publicUrl: "https://tea.example" });
    expect(hidden(request(proxy, { "x-forwarded-for": tomas })).ip).toBeNull();
    expect(openCallers({ trustedProxies: [], publicUrl: "http://tea.lan" })(request(tomas)).ip).toBe(tomas);
  });
});

describe("with trusted proxies", () => {
  test.each([
    ["tells whom it speaks for", proxy, tomas, tomas],
    ["adds to what the client made up", proxy, `192.0.2.1, 127.0.0.1, ${tomas}`, tomas],
    ["passes on what another trusted one says", "127.0.0.1", `192.0.2.1, ${tomas}, ${outerProxy}`, tomas],
    ["comes as IPv4 in the clothes of IPv6", "::ffff:10.0.0.2", `::ffff:${tomas}`, tomas],
    ["writes IPv6 in full", proxy, "2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["tells the port as well", proxy, `${tomas}:51823`, tomas],
    ["tells the port of an IPv6 address", proxy, "[2001:db8::1]:51823", "2001:db8::1"],
    ["says nothing, since it asks itself", "127.0.0.1", undefined, "127.0.0.1"],
    ["doesn't know whom it speaks for", proxy, "unknown", proxy],
    ["speaks for nobody, in many words", proxy, ", ,,", proxy],
  ])("[B27] one that %s is believed", (_, from, forwarded, ip) => {
    expect(behindTwo(request(from, forwarded === undefined ? {} : { "x-forwarded-for": forwarded })).ip).toBe(ip);
  });

  test("[B27] whoever comes past them is believed nothing", () => {
    expect(behindTwo(request(tomas, { "x-forwarded-for": "192.0.2.1" })).ip).toBe(tomas);
  });

  test("[B27] what else is forwarded says nothing", () => {
    expect(behindTwo(request(proxy, { "x-real-ip": "192.0.2.1", forwarded: "for=192.0.2.1", "x-forwarded-for": tomas })).ip).toBe(tomas);
  });
});

test("a connection without an address has none", () => {
  expect(behindTwo(request(undefined, { "x-forwarded-for": tomas })).ip).toBeNull();
});

test("a page is told from a program, and by what it calls itself", () => {
  expect(behindNone(request(tomas, { origin: "http://tea.lan", "user-agent": "Firefox" }))).toEqual({ ip: tomas, userAgent: "Firefox", kind: "web" });
  expect(behindNone(request(tomas))).toEqual({ ip: tomas, userAgent: null, kind: "api" });
});

test("a trusted proxy is named by an address, a range or a word for one", () => {
  expect(["10.0.0.2", "10.0.0.0/8", "fd00::/8", "loopback", "uniquelocal"].map(isProxyName)).toEqual([true, true, true, true, true]);
  expect(["", "proxy.lan", "10.0.0.0/33", "0.0.0.0/0", "10.0.0.2:80", "true", "*"].map(isProxyName)).toEqual([false, false, false, false, false, false, false]);
});
