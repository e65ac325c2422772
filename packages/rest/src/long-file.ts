import { promisify } from "node:util";
import { gzip as gzipWithCallback } from "node:zlib";
import type { Context } from "hono";
import { accepts } from "hono/accepts";

const gzip = promisify(gzipWithCallback);

/** Something long that is the same for everyone: zipped once, when someone first takes it so, and kept. */
export class LongFile {
  readonly #read: () => Promise<string>;
  readonly #headers: Record<string, string>;
  #zipped: Promise<Uint8Array<ArrayBuffer>> | null = null;

  constructor(read: () => Promise<string>, headers: Record<string, string>) {
    this.#read = read;
    this.#headers = { ...headers, Vary: "Accept-Encoding" };
  }

  async answer(c: Context): Promise<Response> {
    const encoding = accepts(c, { header: "Accept-Encoding", supports: ["gzip", "identity"], default: "identity" });
    if (encoding !== "gzip") return c.body(await this.#read(), 200, this.#headers);
    this.#zipped ??= this.#zip();
    return c.body(await this.#zipped, 200, { ...this.#headers, "Content-Encoding": "gzip" });
  }

  async #zip(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await gzip(await this.#read()));
    } catch (error) {
      this.#zipped = null;
      throw error;
    }
  }
}
