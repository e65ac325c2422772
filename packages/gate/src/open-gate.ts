import { randomBytes } from "node:crypto";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Identity } from "@tertulia/auth/identity";
import type { Origins } from "@tertulia/auth/origins";
import type { Caller } from "@tertulia/core/accounts/caller";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import type { Server } from "ws";
import type { Connection, Entrance, GateCounts } from "./connection.ts";
import type { GatedSocket } from "./gated-socket.ts";
import type { Gatehouse } from "./gatehouse.ts";

const CLOSES_WITHIN_MS = 2_000;
/** What was asked when the server began to stop. A database that doesn't answer is given up by itself before. */
const ANSWERS_WITHIN_MS = 7_000;

/**
 * What every door's WebSocketServer is made with. closeTimeout is younger than the types of ws: how long a peer has to answer a close before
 * its connection is cut.
 */
export const socketSettings = { noServer: true, clientTracking: true, perMessageDeflate: false, maxPayload: limits.frameBytes, maxFragments: 64, closeTimeout: CLOSES_WITHIN_MS };

export interface Gate {
  /** Takes an HTTP upgrade: refuses it, or owns the connection from then on. */
  upgrade(request: IncomingMessage, net: Duplex, head: Buffer): Promise<void>;
  readonly counts: Readonly<GateCounts>;
  /** Hears nothing more, answers what was asked, then closes every connection and says to each when to come back; resolves when all are gone. */
  close(retryAfterMs: () => number): Promise<void>;
}

/** What several doors count together. */
export const countsOf = (gates: readonly Gate[]): GateCounts => {
  const sum = (name: keyof GateCounts) => gates.reduce((total, { counts }) => total + counts[name], 0);
  return { sockets: sum("sockets"), follows: sum("follows"), deliveries: sum("deliveries"), slowDropped: sum("slowDropped") };
};

/** A refused upgrade, in its door's words: plain HTTP. */
export interface RefusedUpgrade {
  status: number;
  /** JSON. */
  body: string;
}

/** What a door makes of its WebSockets. */
export interface Door<T extends typeof GatedSocket> {
  server: Server<T>;
  /** Whom the request stands for. */
  identify(request: IncomingMessage): Promise<Identity>;
  /** Whether a stranger may come in, and say who they are by what they send then. */
  namesItselfLater(request: IncomingMessage): boolean;
  /** An upgrade was granted. */
  connect(entrance: Entrance<InstanceType<T>>, request: IncomingMessage, from: Caller): Connection;
  refuse(cause: unknown, identity: Identity | null): RefusedUpgrade;
}

/** Where a door's WebSockets begin: nobody comes in from a foreign page, unknown, or over the limits of their person and address. */
export function openGate<T extends typeof GatedSocket>(house: Gatehouse, origins: Origins, door: Door<T>): Gate {
  const { core, callerOf, addresses, seats, farewells } = house;
  const { server } = door;
  const connections = new Set<Connection>();
  const counts: GateCounts = { sockets: 0, follows: 0, deliveries: 0, slowDropped: 0 };
  let isClosing = false;

  /** The other side of this socket has ended. Thousands may at once, and ending ours, with all that follows, is most of the work. One function for all sockets. */
  function endInTurn(this: Socket): void {
    farewells.add(() => this.end());
  }

  function ended(connection: Connection): void {
    connections.delete(connection);
    addresses.remove(connection.address);
  }

  async function upgrade(request: IncomingMessage, net: Duplex, head: Buffer): Promise<void> {
    net.on("error", destroy);
    if (!(net instanceof Socket)) return void net.destroy();
    let identity: Identity | null = null;
    try {
      identity = await door.identify(request);
      const from = callerOf(request);
      const refusal = refusalAtTheGate(request, identity, from);
      if (refusal) refuse(net, door.refuse(refusal, identity));
      else open(request, net, head, identity, from);
    } catch (error) {
      refuse(net, door.refuse(error, identity));
    }
  }

  function refusalAtTheGate(request: IncomingMessage, { by, actor }: Identity, { ip }: Caller): Refusal | null {
    if (isClosing) return new Refusal("UNAVAILABLE");
    // Browsers send the cookie from any page and let it read the answers: nothing but the Origin tells a page of ours.
    if (by === "cookie" && !origins.isOurs(request.headers)) return new Refusal("PERMISSION_DENIED", { reason: "FOREIGN_ORIGIN" });
    if (!actor && !door.namesItselfLater(request)) return new Refusal("UNAUTHENTICATED");
    if (addresses.isFull(ip)) return new Refusal("RATE_LIMITED", { limit: limits.socketsPerAddress });
    if (actor && seats.isFull(actor.user.id)) return new Refusal("RATE_LIMITED", { limit: limits.socketsPerUser });
    return null;
  }

  function open(request: IncomingMessage, net: Socket, head: Buffer, identity: Identity, from: Caller): void {
    server.handleUpgrade(request, net, head, (socket) => {
      // ws hears of errors by itself from here on.
      net.off("error", destroy);
      // ws would end its side at once. Of the rest it hears when the socket closes. One by one: after removeAllListeners a socket holds 800 bytes more.
      for (const listener of net.listeners("end")) Reflect.apply(net.off, net, ["end", listener]);
      net.on("end", endInTurn);
      const connection = door.connect({ id: newConnectionId(), socket, net, address: from.ip, house, counts, ended }, request, from);
      connections.add(connection);
      addresses.add(connection.address);
      connection.enter(identity);
    });
  }

  async function close(retryAfterMs: () => number): Promise<void> {
    isClosing = true;
    const answered = Promise.all([...connections].map((connection) => connection.finish()));
    await Promise.race([answered, new Promise<void>((resolve) => core.clock.after(ANSWERS_WITHIN_MS, resolve))]);
    for (const connection of connections) connection.closeForRestart(retryAfterMs());
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await farewells.done();
  }

  return { upgrade, counts, close };
}

/** One function for all sockets. */
function destroy(this: Duplex): void {
  this.destroy();
}

const ID_BYTES = 16;
/** Drawn for 256 connections at a time: one by one they cost more than the rest of an id. */
let drawn = Buffer.alloc(0);
let used = 0;

/** As unlikely to come twice as a UUID, in a third of the memory: that one is glued together from sixteen pieces, which stay. */
function newConnectionId(): string {
  if (used === drawn.length) {
    drawn = randomBytes(256 * ID_BYTES);
    used = 0;
  }
  used += ID_BYTES;
  return drawn.toString("base64url", used - ID_BYTES, used);
}

/** No 101 is ever sent (quality B14, B15). */
function refuse(net: Socket, { status, body }: RefusedUpgrade): void {
  net.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
