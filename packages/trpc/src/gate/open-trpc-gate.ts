import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Gatehouse } from "@tertulia/gate/gatehouse";
import { type Gate, openGate, socketSettings } from "@tertulia/gate/open-gate";
import * as limits from "@tertulia/model/limits";
import { getTRPCErrorFromUnknown } from "@trpc/server";
import { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import { appRouter } from "../app-router.ts";
import type { Context } from "../context.ts";
import { type DoorParts, TRPC_PATH } from "../http-door.ts";
import { tellError } from "../tell-error.ts";
import { TrpcConnection, type TrpcShare } from "./trpc-connection.ts";
import { TrpcSocket } from "./trpc-socket.ts";

/** The one place where tRPC's WebSockets begin. */
export function openTrpcGate({ core, identities, origins, version, house, fastPath }: DoorParts & { house: Gatehouse; fastPath: boolean }): Gate {
  const server = new WebSocketServer({ ...socketSettings, WebSocket: TrpcSocket });
  const share: TrpcShare = {
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
  };
  return openGate<typeof TrpcSocket>(house, origins, {
    server,
    identify: ({ headers }) => identities.actorFrom(headers),
    namesItselfLater,
    connect(entrance, request, from) {
      const context: Context = { core, actor: null, from, requestId: null, connectionId: entrance.id, takeSeat: seated, version };
      return new TrpcConnection(entrance, { context, saysItsName: namesItselfLater(request) }, share);
    },
    refuse(cause) {
      const error = tellError({ error: getTRPCErrorFromUnknown(cause), input: undefined, path: undefined, ctx: undefined });
      return { status: error.data.httpStatus, body: JSON.stringify({ error }) };
    },
  });
}

/** The token was taken by the gate; tRPC is not to wait for one. */
function upgradeForTrpc(): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.url = TRPC_PATH;
  return request;
}

/** A socket is its follows' seat. */
const seated = () => () => {};

const namesItselfLater = (request: IncomingMessage) => new URL(request.url ?? "/", "http://here").searchParams.get("connectionParams") === "1";

function contextOf(socket: unknown): Context {
  if (socket instanceof TrpcSocket && socket.owner instanceof TrpcConnection) return socket.owner.context;
  throw new Error("A socket came to tRPC without passing the gate");
}
