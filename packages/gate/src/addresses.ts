import { isLoopback, networkOf } from "@tertulia/core/accounts/caller";
import * as limits from "@tertulia/model/limits";

/** How many sockets come from one address (quality B23). This machine's own are not counted: whoever speaks for others there isn't known. */
export class Addresses {
  readonly #sockets = new Map<string, number>();

  isFull(address: string | null): boolean {
    return address !== null && (this.#sockets.get(networkOf(address)) ?? 0) >= limits.socketsPerAddress;
  }

  add(address: string | null): void {
    if (address === null || isLoopback(address)) return;
    const network = networkOf(address);
    this.#sockets.set(network, (this.#sockets.get(network) ?? 0) + 1);
  }

  remove(address: string | null): void {
    if (address === null) return;
    const network = networkOf(address);
    const sockets = (this.#sockets.get(network) ?? 0) - 1;
    if (sockets > 0) this.#sockets.set(network, sockets);
    else this.#sockets.delete(network);
  }
}
