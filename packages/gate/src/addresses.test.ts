import * as limits from "@tertulia/model/limits";
import { expect, test } from "vitest";
import { Addresses } from "./addresses.ts";

const fill = (addresses: Addresses, address: string | null) => {
  for (let socket = 0; socket < limits.socketsPerAddress; socket++) addresses.add(address);
};

test("[B23] an address has 50 sockets; one that closes makes room for another, and other addresses are not concerned", () => {
  const addresses = new Addresses();
  fill(addresses, "192.0.2.1");
  expect([addresses.isFull("192.0.2.1"), addresses.isFull("192.0.2.2")]).toEqual([true, false]);
  addresses.remove("192.0.2.1");
  expect(addresses.isFull("192.0.2.1")).toBe(false);
});

test("this machine's own sockets, and those of whom no address is known, aren't counted", () => {
  const addresses = new Addresses();
  for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1", null]) {
    fill(addresses, address);
    expect(addresses.isFull(address)).toBe(false);
  }
});

test("[B23] of IPv6 a whole /64 is one address", () => {
  const addresses = new Addresses();
  for (let socket = 0; socket < limits.socketsPerAddress; socket++) addresses.add(`2001:db8::${socket}`);
  expect([addresses.isFull("2001:db8::ffff:1"), addresses.isFull("2001:db8:0:1::1")]).toEqual([true, false]);
  addresses.remove("2001:db8::7");
  expect(addresses.isFull("2001:db8::ffff:1")).toBe(false);
});
