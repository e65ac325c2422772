import type { IncomingMessage } from "node:http";
import type { Identities, Identity } from "@tertulia/auth/identity";
import type { Origins } from "@tertulia/auth/origins";
import type { Core } from "@tertulia/core/core";
import type { Places } from "@tertulia/core/feed/my-rooms";
import { GatedSocket } from "@tertulia/gate/gated-socket";
import type { Gatehouse } from "@tertulia/gate/gatehouse";
import { type Gate, openGate, type RefusedUpgrade, socketSettings } from "@tertulia/gate/open-gate";
import type { Refusal, RefusalCode } from "@tertulia/model/refusals";
import { WebSocketServer } from "ws";
import { compressed, COMPRESSION, type Framing, isCompressed, plain } from "./framing.ts";
import { SUBPROTOCOL } from "./frames.ts";
import { protocolDialect } from "./protocol-dialect.ts";
import { refusalFor } from "./refusal-for.ts";
import { Session, type Speech } from "./session.ts";

/** Where clients of the protocol connect (E1). */
export const PROTOCOL_PATH = "/ws";

export interface ProtocolDoorParts {
  core: Core;
  identities: Identities;
  origins: Origins;
  house: Gatehouse;
  /** Whether clients may ask for compression (E7). */
  compression: boolean;
}

/** Door 2: any program in any language, by a WebSocket and JSON. What it speaks is told in SPEC.md. */
export function openProtocolDoor({ core, identities, origins, house, compression }: ProtocolDoorParts): Gate {
  const handleProtocols = (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false);
  const server = new WebSocketServer({ ...socketSettings, perMessageDeflate: compression && COMPRESSION, handleProtocols, WebSocket: GatedSocket });
  const speechBy = (framing: Framing): Speech => ({ framing, dialect: protocolDialect(core.clock, framing) });
  const speeches = { plain: speechBy(plain), compressed: speechBy(compressed) };
  const placesOf = new WeakMap<IncomingMessage, Places>();

  return openGate<typeof GatedSocket>(house, origins, {
    server,
    async identify(request) {
      const token = tokenAmongProtocols(request);
      const identity = await identities.actorFrom(token === null ? request.headers : { authorization: `Bearer ${token}` });
      // Before the client can know that it is connected: whatever happens after that, it is told.
      if (identity.actor) placesOf.set(request, await core.memberships.placesOf(identity.actor));
      return identity;
    },
    namesItselfLater: () => false,
    connect: (entrance, request) => new Session(entrance, placesOf.get(request) ?? new Map(), speeches[isCompressed(entrance.socket, request) ? "compressed" : "plain"]),
    refuse: (cause, identity) => refusedUpgrade(refusalFor(cause, core.log), identity),
  });
}

/** Browsers can't set a header: they offer `bearer.<token>` beside the protocol's name (A1). */
function tokenAmongProtocols({ headers }: IncomingMessage): string | null {
  if (headers.authorization !== undefined) return null;
  const offered = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
  return offered.find((name) => name.startsWith("bearer."))?.slice("bearer.".length) ?? null;
}

/** The seed's words (A2). */
function refusedUpgrade({ code, message }: Refusal, identity: Identity | null): RefusedUpgrade {
  const unknown = identity?.by === "nothing" ? "Authentication token required" : "Authentication failed";
  return { status: statuses[code] ?? 500, body: JSON.stringify({ success: false, error: code === "UNAUTHENTICATED" ? unknown : message }) };
}

/** Of what can refuse an upgrade (X2). */
const statuses: Partial<Record<RefusalCode, number>> = { UNAUTHENTICATED: 401, PERMISSION_DENIED: 403, RATE_LIMITED: 429, UNAVAILABLE: 503 };
