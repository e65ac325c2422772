import { randomBytes } from "node:crypto";
import { IncomingMessage, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { callerOf } from "@tertulia/auth/caller-of";
import type { Identity } from "@tertulia/auth/identity";
import { InTurn } from "@tertulia/core/messages/in-turn";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { getTRPCErrorFromUnknown } from "@trpc/server";
import { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import { appRouter } from "../app-router.ts";
import type { Context } from "../context.ts";
import { type DoorParts, TRPC_PATH } from "../http-door.ts";
import { tellError } from "../tell-error.ts";
import { Addresses } from "./addresses.ts";
import { Connection, type GateCounts, type GateShare } from "./connection.ts";
import { Farewells } from "./farewells.ts";
import { GatedSocket } from "./gated-socket.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Seats } from "./seats.ts";

const CLOSES_WITHIN_MS = 2_000;
/** What was asked when the server began to stop. A database that doesn't answer is given up by itself before. */
const ANSWERS_WITHIN_MS = 7_000;

export interface Gate {
  /** Takes an HTTP upgrade: refuses it, or owns the connection from then on. */
  upgrade(request: IncomingMessage, net: Duplex, head: Buffer): Promise<void>;
  readonly counts: Readonly<GateCounts>;
  /** Hears nothing more, answers what was asked, then closes every connection and says to each when to come back; resolves when all are gone. */
  close(retryAfterMs: () => number): Promise<void>;
}

/** The one place where tRPC's WebSockets begin. */
export function openGate(parts: DoorParts & { fastPath: boolean }): Gate {
  const { core, identities, origins, version, fastPath } = parts;
  const connections = new Set<Connection>();
  const addresses = new Addresses();
  const counts: GateCounts = { sockets: 0, follows: 0, deliveries: 0, slowDropped: 0 };
  let isClosing = false;

  // closeTimeout is younger than the types of ws: how long a peer has to answer a close before its connection is cut.
  const settings = { noServer: true, clientTracking: true, perMessageDeflate: false, maxPayload: limits.frameBytes, maxFragments: 64, closeTimeout: CLOSES_WITHIN_MS };
  const server = new WebSocketServer({ ...settings, WebSocket: GatedSocket });

  const share: GateShare = {
    seats: new Seats(core),
    heartbeat: new Heartbeat(core.clock),
    farewells: new Farewells(core.feeds.courier),
    backlogs: new InTurn(),
    identify: (token) => identities.actorFrom({ authorization: `Bearer ${token}` }),
    passToTrpc: getWSConnectionHandler({
      wss: server,
      router: appRouter,
      createContext: ({ res }) => contextOf(res),
      maxBatchSize: limits.callsPerBatch,
      // What a client is told is logged where it is formatted; this is for what happens after a client stopped listening.
      onError: ({ error, path }) => core.log.debug({ err: error, path }, "A call on a socket failed."),
    }),
    fastPath,
    upgrade: upgradeForTrpc(),
    counts,
    ended(connection) {
      connections.delete(connection);
      addresses.remove(connection.address);
    },
  };

  /** The other side of this socket has ended. Thousands may at once, and ending ours, with all that follows, is most of the work. One function for all sockets. */
  function endInTurn(this: Socket): void {
    share.farewells.add(() => this.end());
  }

  async function upgrade(request: IncomingMessage, net: Duplex, head: Buffer): Promise<void> {
    net.on("error", destroy);
    if (!(net instanceof Socket)) return void net.destroy();
    try {
      const identity = await identities.actorFrom(request.headers);
      const refusal = refusalAtTheGate(request, identity);
      if (refusal) refuse(net, refusal);
      else open(request, net, head, identity);
    } catch (error) {
      refuse(net, error);
    }
  }

  function refusalAtTheGate(request: IncomingMessage, { by, actor }: Identity): Refusal | null {
    if (isClosing) return new Refusal("UNAVAILABLE");
    // Browsers send the cookie from any page and let it read the answers: nothing but the Origin tells a page of ours.
    if (by === "cookie" && !origins.isOurs(request.headers)) return new Refusal("PERMISSION_DENIED", { reason: "FOREIGN_ORIGIN" });
    if (!actor && !namesItselfLater(request)) return new Refusal("UNAUTHENTICATED");
    if (!origins.secure && addresses.isFull(request.socket.remoteAddress ?? null)) return new Refusal("RATE_LIMITED", { limit: limits.socketsPerAddress });
    if (actor && share.seats.isFull(actor.user.id)) return new Refusal("RATE_LIMITED", { limit: limits.socketsPerUser });
    return null;
  }

  function open(request: IncomingMessage, net: Socket, head: Buffer, identity: Identity): void {
    const context: Context = { core, actor: null, from: callerOf(request), requestId: null, connectionId: newConnectionId(), takeSeat: seated, version };
    const sendsParams = namesItselfLater(request);
    server.handleUpgrade(request, net, head, (socket) => {
      // ws hears of errors by itself from here on.
      net.off("error", destroy);
      // ws would end its side at once. Of the rest it hears when the socket closes. One by one: after removeAllListeners a socket holds 800 bytes more.
      for (const listener of net.listeners("end")) Reflect.apply(net.off, net, ["end", listener]);
      net.on("end", endInTurn);
      const connection = new Connection(socket, net, context, share);
      connections.add(connection);
      addresses.add(connection.address);
      if (identity.actor === null) return connection.awaitName();
      if (sendsParams) connection.skipFirst();
      connection.admit(identity);
    });
  }

  async function close(retryAfterMs: () => number): Promise<void> {
    isClosing = true;
    share.heartbeat.close();
    const answered = Promise.all([...connections].map((connection) => connection.finish()));
    await Promise.race([answered, new Promise<void>((resolve) => core.clock.after(ANSWERS_WITHIN_MS, resolve))]);
    for (const connection of connections) connection.closeForRestart(retryAfterMs());
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await share.farewells.done();
  }

  return { upgrade, counts, close };
}

/** One function for all sockets. */
function destroy(this: Duplex): void {
  this.destroy();
}

/** The token was taken by the gate; tRPC is not to wait for one. */
function upgradeForTrpc(): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.url = TRPC_PATH;
  return request;
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

/** A socket is its follows' seat. */
const seated = () => () => {};

const namesItselfLater = (request: IncomingMessage) => new URL(request.url ?? "/", "http://here").searchParams.get("connectionParams") === "1";

function contextOf(socket: unknown): Context {
  if (socket instanceof GatedSocket && socket.owner) return socket.owner.context;
  throw new Error("A socket came to tRPC without passing the gate");
}

/** Answers the upgrade as plain HTTP: no 101 is ever sent (quality B14, B15). */
function refuse(net: Socket, cause: unknown): void {
  const error = tellError({ error: getTRPCErrorFromUnknown(cause), input: undefined, path: undefined, ctx: undefined });
  const body = JSON.stringify({ error });
  const { httpStatus } = error.data;
  net.end(
    `HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
