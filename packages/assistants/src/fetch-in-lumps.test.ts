import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchInLumps } from "./fetch-in-lumps.ts";

let answering: PromiseWithResolvers<ServerResponse>;
const server = createServer((_request, response) => answering.resolve(response));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise<void>((resolve) => {
  server.close(() => resolve());
  server.closeAllConnections();
}));

/** What is asked for, the server's side of it, and how it is read piece by piece. */
async function asked(signal?: AbortSignal) {
  answering = Promise.withResolvers();
  const address = server.address();
  const port = isPort(address) ? address.port : 0;
  const fetched = fetchInLumps(`http://127.0.0.1:${port}/`, signal ? { signal } : {});
  const response = await answering.promise;
  response.flushHeaders();
  const { body } = await fetched;
  if (!body) throw new Error("There is a body.");
  const reader = body.getReader();
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? null : Buffer.from(value).toString();
  };
  const say = (words: string) => new Promise<void>((resolve) => response.write(words, () => resolve()));
  return { response, reader, read, say };
}

const isPort = (address: AddressInfo | string | null): address is AddressInfo => typeof address === "object" && address !== null;

test("the first words come at once, and what follows in fewer pieces than it was said in, to the end", async () => {
  const { response, read, say } = await asked();
  await say("One");
  const pieces = [await read()];
  const reading = (async () => {
    for (let piece = await read(); piece !== null; piece = await read()) pieces.push(piece);
  })();
  const said = Array.from({ length: 50 }, (_, place) => ` word${place}`);
  for (const words of said) {
    await say(words);
    // Until it has crossed, and would be a piece of its own.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
  await reading;
  expect(pieces[0]).toBe("One");
  expect(pieces.join("")).toBe(`One${said.join("")}`);
  expect(pieces.length).toBeLessThan(said.length / 2);
});

test("a connection that breaks is an error, and one that nobody wants any more is given up", async () => {
  const broken = await asked();
  await broken.say("One");
  expect(await broken.read()).toBe("One");
  broken.response.destroy();
  await expect(broken.read()).rejects.toThrow("terminated");

  const unwanted = await asked();
  const gone = new Promise<void>((resolve) => unwanted.response.once("close", () => resolve()));
  await unwanted.reader.cancel();
  await gone;

  const hangUp = new AbortController();
  const aborted = await asked(hangUp.signal);
  hangUp.abort();
  await expect(aborted.read()).rejects.toThrow("aborted");
});
