import { type AddressInfo } from "node:net";
import { until } from "@tertulia/testing/until";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import { createBell } from "../store.ts";
import { backoff } from "./backoff.ts";
import { type RunningConnection, createConnection } from "./connection.ts";

/** A server that only takes connections, and whatever a test does with them. */
class Door implements AsyncDisposable {
  readonly #server = new WebSocketServer({ port: 0 });
  readonly #arrived: ServerSocket[] = [];
  readonly #waiting: ((socket: ServerSocket) => void)[] = [];

  constructor() {
    this.#server.on("connection", (socket) => {
      const next = this.#waiting.shift();
      if (next) next(socket);
      else this.#arrived.push(socket);
    });
  }

  get url(): string {
    const taken: string | AddressInfo | null = this.#server.address();
    return typeof taken === "object" && taken !== null ? `ws://127.0.0.1:${taken.port}` : "";
  }

  /** Resolves with the next connection. */
  next(): Promise<ServerSocket> {
    const socket = this.#arrived.shift();
    return socket ? Promise.resolve(socket) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  connect(): RunningConnection {
    return createConnection({ bell: createBell(), url: this.url, token: undefined, online() {}, refused() {} });
  }

  async [Symbol.asyncDispose]() {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const isOnline = ({ status }: { status: string }) => status === "online";
const isBetween = (value: number | null, least: number, most: number) => value !== null && value >= least && value <= most;

/** A connection to it, and how long it waits after each loss. */
function knockAt({ url }: Door): [RunningConnection, number[]] {
  const atOnce = (listeners: ReadonlySet<() => void>) => listeners.forEach((heard) => heard());
  const connection = createConnection({ bell: atOnce, url, token: undefined, online() {}, refused() {} });
  const waits: number[] = [];
  connection.subscribe(() => {
    const { status, retryAt } = connection.get();
    if (status === "reconnecting" && retryAt !== null) waits.push(retryAt - Date.now());
  });
  return [connection, waits];
}

/** By chance a wait can be shorter than the frame in which listeners hear of it. */
const waitsAreSeen = () => vi.spyOn(Math, "random").mockReturnValue(0.5);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("a connection", () => {
  it("comes back by itself after it was lost, and says when", async () => {
    waitsAreSeen();
    await using door = new Door();
    const connection = door.connect();
    const socket = await door.next();
    await until(connection, isOnline);
    const lostAt = Date.now();
    socket.terminate();
    const { retryAt } = await until(connection, ({ status }) => status === "reconnecting");
    expect(isBetween(retryAt, lostAt, lostAt + 600)).toBe(true);
    await door.next();
    expect(await until(connection, isOnline)).toMatchObject({ retryAt: null });
    await connection.close();
    expect(connection.get().status).toBe("closed");
  });

  it("[S2] comes back around the time that a restarting server asks for", async () => {
    await using door = new Door();
    const connection = door.connect();
    const socket = await door.next();
    await until(connection, isOnline);
    socket.close(1012, JSON.stringify({ retryAfterMs: 60_000 }));
    const { retryAt } = await until(connection, ({ status }) => status === "reconnecting");
    expect(isBetween(retryAt, Date.now() + 29_000, Date.now() + 90_000)).toBe(true);
    connection.retryNow();
    await door.next();
    await connection.close();
  });

  it("comes back at once when it was too slow, to resume", async () => {
    // Any other wait would last for minutes.
    vi.spyOn(Math, "random").mockReturnValue(1_000);
    await using door = new Door();
    const connection = door.connect();
    const socket = await door.next();
    await until(connection, isOnline);
    socket.close(4503);
    await door.next();
    expect(await until(connection, isOnline)).toMatchObject({ retryAt: null });
    await connection.close();
  });

  it.each([
    ["is turned away as soon as it's there", 4429],
    ["is too slow again and again", 4503],
  ])("waits ever longer when it %s, and not any more once it has lasted", async (_, code) => {
    vi.spyOn(Math, "random").mockReturnValue(0.01);
    let passed = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + passed);
    await using door = new Door();
    const [connection, waits] = knockAt(door);
    const turnAway = async () => {
      const socket = await door.next();
      await until(connection, isOnline);
      socket.send(JSON.stringify({ id: null, error: { code: -32_029, message: "Slow down a little." } }));
      socket.close(code);
    };
    for (let tried = 0; tried < 6; tried++) await turnAway();
    const socket = await door.next();
    await until(connection, isOnline);
    passed += 20_000;
    socket.close(4429);
    await until(connection, ({ status }) => status === "reconnecting");
    expect(waits).toHaveLength(7);
    expect(isBetween(waits[5] ?? 0, 100, 200)).toBe(true);
    expect(isBetween(waits[6] ?? 0, 0, 10)).toBe(true);
    await connection.close();
  });

  it("waits no longer when the line breaks again and again", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.01);
    await using door = new Door();
    const [connection, waits] = knockAt(door);
    for (let cut = 0; cut < 6; cut++) {
      const socket = await door.next();
      await until(connection, isOnline);
      socket.terminate();
      await until(connection, ({ status }) => status === "reconnecting");
    }
    expect(waits).toHaveLength(6);
    expect(waits.every((wait) => isBetween(wait, 0, 10))).toBe(true);
    await connection.close();
  });

  it.each([4401, 4403])("doesn't come back after %i", async (code) => {
    await using door = new Door();
    const connection = door.connect();
    const socket = await door.next();
    await until(connection, isOnline);
    socket.close(code);
    await until(connection, ({ status }) => status === "signedOut");
    connection.retryNow();
    expect(connection.get()).toMatchObject({ status: "signedOut", retryAt: null });
    await connection.close();
  });

  it("tells when it is refused at the door, and goes on knocking", async () => {
    const shut = new Door();
    const { url } = shut;
    await shut[Symbol.asyncDispose]();
    let refused = 0;
    const connection = createConnection({ bell: createBell(), url, token: undefined, online() {}, refused: () => refused++ });
    await until(connection, ({ retryAt }) => retryAt !== null);
    expect(refused).toBe(1);
    connection.retryNow();
    await vi.waitFor(() => expect(refused).toBeGreaterThan(1));
    await connection.close();
  });

  it("says that this device has no network, and tries all the same, since the server may be on it", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    waitsAreSeen();
    await using door = new Door();
    const connection = door.connect();
    const socket = await door.next();
    await until(connection, isOnline);
    socket.terminate();
    expect((await until(connection, ({ status }) => status !== "online")).status).toBe("offline");
    await door.next();
    await until(connection, isOnline);
    await connection.close();
  });

  it("[A14] is given up after 35 seconds of silence, though nobody closed it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await using door = new Door();
    const connection = door.connect();
    await vi.advanceTimersByTimeAsync(0);
    const socket = await door.next();
    await vi.waitFor(() => expect(connection.get().status).toBe("online"));
    // It hears, and never says anything.
    socket.pause();
    await vi.advanceTimersByTimeAsync(34_000);
    expect(connection.get().status).toBe("online");
    await vi.advanceTimersByTimeAsync(2_500);
    expect(connection.get().status).toBe("reconnecting");
    vi.useRealTimers();
    await connection.close();
  });

  it("closes while it waits, and while it knocks", async () => {
    await using door = new Door();
    const knocking = door.connect();
    await knocking.close();
    expect(knocking.get().status).toBe("closed");
    await using other = new Door();
    const waiting = other.connect();
    const socket = await other.next();
    await until(waiting, isOnline);
    socket.close(1012, JSON.stringify({ retryAfterMs: 60_000 }));
    await until(waiting, ({ status }) => status === "reconnecting");
    await waiting.close();
    expect(waiting.get().status).toBe("closed");
  });
});

describe("the wait before a try", () => {
  it("doubles from half a second to half a minute, anywhere below, so that a crowd comes back spread out", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999_999);
    expect([0, 1, 2, 3, 9, 90].map(backoff)).toEqual([500, 1_000, 2_000, 4_000, 30_000, 30_000]);
    vi.spyOn(Math, "random").mockReturnValue(0);
    expect(backoff(9)).toBe(0);
  });
});
