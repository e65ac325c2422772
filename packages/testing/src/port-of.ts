import type { AddressInfo } from "node:net";

/** The port that a server listens on, from what its `address()` answers. @throws if it listens on none */
export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("It listens on no port.");
  return address.port;
}
