import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import { portOf } from "./port-of.ts";

/** A line between programs that can be cut, gone silent or led elsewhere, as lines are. What speaks over it knows nothing of it. */
export interface Line extends AsyncDisposable {
  /** Its own end, with the scheme, user and path of what it leads to. */
  readonly url: string;
  /** How many connections were made over it so far. */
  readonly made: number;
  /** Breaks every connection there is now. */
  cut(): void;
  /** Nothing gets through any more, and nobody is told: what is open stays open, and so does what is opened now. */
  silence(): void;
  /** Everything gets through again, what waited first. */
  speak(): void;
  /** What is open now leads nowhere any more, and nobody is told; new connections get through. */
  abandon(): void;
  /** What the other end says on the connections there are now gets lost; what it's told arrives. */
  swallow(): void;
  /** Takes no new connections. */
  refuse(): void;
  /** New connections go to the first of these that takes them, as behind a balancer. */
  leadTo(...urls: string[]): void;
}

/** Lays a line to the first of these addresses that takes a connection. */
export async function layLine(...urls: string[]): Promise<Line> {
  let targets = urls;
  let refuses = false;
  let isSilent = false;
  let made = 0;
  const ends = new Set<Socket>();
  const farEnds = new Set<Socket>();

  const server = createServer({ pauseOnConnect: true }, (near) => {
    if (refuses) return near.destroy();
    made++;
    ends.add(near);
    near.on("error", () => near.destroy()).on("close", () => ends.delete(near));
    void join(near);
  });

  async function join(near: Socket): Promise<void> {
    const far = await firstThatTakes(targets);
    if (!far || near.destroyed) {
      far?.destroy();
      return void near.destroy();
    }
    ends.add(far);
    farEnds.add(far);
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => {
      ends.delete(far);
      farEnds.delete(far);
      near.destroy();
    });
    if (isSilent) for (const end of [near, far]) end.pause();
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(urls[0] ?? "");
  url.hostname = "127.0.0.1";
  url.port = String(portOf(server.address()));

  return {
    url: url.href.replace(/\/$/, ""),
    get made() {
      return made;
    },
    cut() {
      for (const end of ends) end.destroy();
    },
    silence() {
      isSilent = true;
      for (const end of ends) end.pause();
    },
    speak() {
      isSilent = false;
      for (const end of ends) end.resume();
    },
    abandon() {
      for (const end of ends) end.unpipe().pause();
    },
    swallow() {
      for (const far of farEnds) far.unpipe().resume();
    },
    refuse() {
      refuses = true;
    },
    leadTo(...urls) {
      targets = urls;
      refuses = false;
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function firstThatTakes(urls: readonly string[]): Promise<Socket | null> {
  for (const url of urls) {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname === "localhost" ? "127.0.0.1" : hostname);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).on("error", () => resolve(false));
    });
    if (isOpen) return socket;
    socket.destroy();
  }
  return null;
}
