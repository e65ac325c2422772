import { expect, test } from "vitest";
import { addressIn, isLoopback, networkOf } from "./caller.ts";

test.each([
  ["198.51.100.7", "198.51.100.7"],
  ["::ffff:198.51.100.7", "198.51.100.7"],
  ["::FFFF:c633:6407", "198.51.100.7"],
  ["2001:DB8:0:0::1", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1%eth0"],
])("the address %s is written %s", (text, written) => {
  expect(addressIn(text)).toBe(written);
});

test.each(["", "unknown", "1", "0x7f.1", "127.1", "198.51.100.7:80", "[::1]", "198.51.100.7, 198.51.100.8"])("%j is no address", (text) => {
  expect(addressIn(text)).toBeNull();
});

test("IPv4 is counted by the address, IPv6 by its /64", () => {
  expect(networkOf("198.51.100.7")).toBe("198.51.100.7");
  expect(networkOf("2001:db8:1:2:3::4")).toBe("2001:db8:1:2::/64");
  expect(networkOf("2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(networkOf("2001:db8:1:2::"));
  expect(networkOf("2001:db8:1:3::4")).not.toBe(networkOf("2001:db8:1:2::4"));
  expect(networkOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
});

test("this machine's own addresses are told from others", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].map(isLoopback)).toEqual([true, true, true, true]);
  expect(["128.0.0.1", "::2", "fe80::1", "1.127.0.1"].map(isLoopback)).toEqual([false, false, false, false]);
});
