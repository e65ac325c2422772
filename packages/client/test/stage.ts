import { type Cast, type Person, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Tertulia, createTertulia } from "../src/create-tertulia.ts";
import type { TertuliaStorage } from "../src/storage/storage.ts";

/** A server with the cast in it, for all tests of a file, and clients that are closed after each of them. */
export function setStage() {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let cast: Cast;
  const opened: AsyncDisposable[] = [];
  beforeAll(async () => {
    server = await startTestServer();
    cast = await gatherCast(server.core);
  });
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  afterAll(() => server.close());

  /** Closes it after this test. */
  function closing<T extends AsyncDisposable>(each: T): T {
    opened.push(each);
    return each;
  }
  return {
    get server() {
      return server;
    },
    get cast() {
      return cast;
    },
    closing,
    clientOf: ({ token }: Person, url = server.url, storage?: TertuliaStorage): Tertulia => closing(createTertulia({ url, token, ...(storage && { storage }) })),
  };
}
