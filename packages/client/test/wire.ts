import { type AddressInfo, type Socket, connect, createServer } from "node:net";

/** A line between client and server that can be cut, gone silent or led elsewhere, as lines are. */
export interface Wire extends AsyncDisposable {
  readonly url: string;
  /** Breaks every connection there is now. */
  cut(): void;
  /** Nothing gets through any more, and nobody is told: what is open stays open. */
  silence(): void;
  /** What the server says on the connections there are now gets lost; what it's told arrives. */
  swallow(): void;
  /** Takes no new connections. */
  refuse(): void;
  /** New connections go there, and get through. */
  leadTo(url: string): void;
}

export async function layWire(serverUrl: string): Promise<Wire> {
  let target = new URL(serverUrl);
  let refuses = false;
  const lines = new Set<Socket>();
  const answering = new Set<Socket>();

  const server = createServer((near) => {
    if (refuses) return near.destroy();
    const far = connect({ port: Number(target.port), host: target.hostname });
    answering.add(far);
    for (const [from, to] of [[near, far], [far, near]] as const) {
      lines.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        lines.delete(from);
        answering.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = address(server.address());

  return {
    url: `http://127.0.0.1:${port}`,
    cut() {
      for (const line of lines) line.destroy();
    },
    silence() {
      for (const line of lines) line.unpipe().pause();
    },
    swallow() {
      for (const line of answering) line.unpipe().resume();
    },
    refuse() {
      refuses = true;
    },
    leadTo(url) {
      target = new URL(url);
      refuses = false;
    },
    async [Symbol.asyncDispose]() {
      for (const line of lines) line.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function address(taken: AddressInfo | string | null): AddressInfo {
  if (taken === null || typeof taken === "string") throw new Error("The wire has no port.");
  return taken;
}
