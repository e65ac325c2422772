import { isLoopback } from "@tertulia/core/accounts/caller";
import * as limits from "@tertulia/model/limits";

/** How many sockets come from one address (quality B23). This machine's own are not counted: a proxy on it speaks for everyone. */
export class Addresses {
  readonly #sockets = new Map<string, number>();

  isFull(address: string | null): boolean {
    return address !== null && (this.#sockets.get(address) ?? 0) >= limits.socketsPerAddress;
  }

  add(address: string | null): void {
    if (address !== null && !isLoopback(address)) this.#sockets.set(address, (this.#sockets.get(address) ?? 0) + 1);
  }

  remove(address: string | null): void {
    if (address === null) return;
    const sockets = (this.#sockets.get(address) ?? 0) - 1;
    if (sockets > 0) this.#sockets.set(address, sockets);
    else this.#sockets.delete(address);
  }
}
