import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import { portOf } from "@tertulia/testing/port-of";

/** A line on which the server says nothing more as soon as one side has said certain words for the first time. Its other connections go on. */
export interface HoldingLine extends AsyncDisposable {
  readonly url: string;
  /** Resolves when the words have been said. The server's own never arrive. */
  readonly reached: Promise<void>;
  /** Breaks the connection on which they were said. */
  hangUp(): void;
}

export async function holdOnce(words: string, url: string): Promise<HoldingLine> {
  const reached = Promise.withResolvers<void>();
  let hangUp: (() => void) | null = null;
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    const breakUp = () => [near, far].forEach((end) => end.destroy());
    for (const end of [near, far]) ends.add(end.on("error", breakUp).on("close", breakUp));
    const hold = () => {
      hangUp = breakUp;
      far.pause();
      reached.resolve();
    };
    near.on("data", (bytes) => {
      far.write(bytes);
      if (hangUp === null && bytes.includes(words)) hold();
    });
    far.on("data", (bytes) => {
      // A WebSocket server doesn't mask what it says, so it can be read as it is.
      if (hangUp === null && bytes.includes(words)) hold();
      else near.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://localhost:${portOf(server.address())}`,
    reached: reached.promise,
    hangUp: () => hangUp?.(),
    async [Symbol.asyncDispose]() {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
