import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import { portOf } from "@tertulia/testing/port-of";

/** A line that stands still as soon as the server says certain words for the first time; they never arrive. Its other connections go on. */
export interface HoldingLine extends AsyncDisposable {
  readonly url: string;
  /** Resolves when the words have come. */
  readonly reached: Promise<void>;
  /** Breaks the connection on which they came. */
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
    near.pipe(far);
    far.on("data", (bytes) => {
      // What the server says isn't masked, so it can be read as it is.
      if (hangUp !== null || !bytes.includes(words)) return near.write(bytes);
      hangUp = breakUp;
      far.pause();
      reached.resolve();
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
