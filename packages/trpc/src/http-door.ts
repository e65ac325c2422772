import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallerOf } from "@tertulia/auth/callers";
import type { Identities, Identity } from "@tertulia/auth/identity";
import type { Origins } from "@tertulia/auth/origins";
import type { Core } from "@tertulia/core/core";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { getTRPCErrorFromUnknown, TRPCError } from "@trpc/server";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { appRouter } from "./app-router.ts";
import type { Context } from "./context.ts";
import { Seats } from "@tertulia/gate/seats";
import { HttpSeat } from "./http-seat.ts";
import { tellError } from "./tell-error.ts";

export const TRPC_PATH = "/api/trpc";
const MOST_BODY_BYTES = 256 * 1024;

export interface DoorParts {
  core: Core;
  identities: Identities;
  origins: Origins;
  callerOf: CallerOf;
  /** Tertulia's version. */
  version: string;
}

/** Calls over HTTP: `/api/trpc/<procedure>`, batched or not. */
export function openHttpDoor({ core, identities, origins, callerOf, version }: DoorParts) {
  const seats = new Seats(core);

  return async function serve(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    response.setHeader("Cache-Control", "private, no-store");
    const breakOff = () => void response.destroy();
    const nobody: Context = { core, actor: null, from: callerOf(request), requestId, connectionId: randomUUID(), takeSeat: () => breakOff, version };
    let identity: Identity;
    try {
      identity = await identities.actorFrom(request.headers);
      await core.requestBudget.take(identity.actor, nobody.from, callsIn(request));
    } catch (error) {
      return refuse(response, error, nobody);
    }
    // Gone meanwhile: nothing will say so again, and what lasts until the response closes would last for ever.
    if (response.destroyed) return;
    const { by, token, actor } = identity;
    const takeSeat = () => {
      if (actor && token !== null) HttpSeat.take(seats, core.clock, { actor, token }, response);
      return breakOff;
    };
    const ctx: Context = { ...nobody, actor, takeSeat };
    const refusal = refusalAtTheDoor(request, by === "cookie" && !origins.isOurs(request.headers));
    if (refusal) return refuse(response, refusal, ctx);
    await nodeHTTPRequestHandler({
      req: request,
      res: response,
      path: procedureIn(request),
      router: appRouter,
      createContext: async () => ctx,
      maxBodySize: MOST_BODY_BYTES,
      maxBatchSize: limits.callsPerBatch,
      // Of what came to no procedure tRPC itself says that it's plain text.
      responseMeta: ({ errors }) => (errors.length === 0 ? {} : { headers: { "Content-Type": "application/json", ...whenToTryAgain(errors) } }),
    });
  };
}

/** What a browser would send for any page that asks it to, with the cookie of whoever looks at that page; and what nobody asks by. */
function refusalAtTheDoor({ method, headers }: IncomingMessage, isForeign: boolean): Refusal | TRPCError | null {
  // Node lets it in, and tRPC makes a Request of it, which none can be.
  if (method === "TRACE") return new TRPCError({ code: "METHOD_NOT_SUPPORTED" });
  if (method !== "POST") return null;
  if (isForeign) return new Refusal("PERMISSION_DENIED", { reason: "FOREIGN_ORIGIN" });
  const isJson = /^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "");
  const isEmpty = headers["content-type"] === undefined && (headers["content-length"] ?? "0") === "0";
  return isJson || isEmpty ? null : new Refusal("UNSUPPORTED_MEDIA");
}

/** A batch names its procedures side by side (quality B22). */
const callsIn = (request: IncomingMessage) => procedureIn(request).split(",").length;

/** What met a limit says when it ends, in HTTP's own words too. */
function whenToTryAgain(errors: TRPCError[]): Record<string, string> {
  const waits = errors.map(({ cause }) => (cause instanceof Refusal ? Number(cause.details["retryAfterMs"] ?? 0) : 0));
  const longest = Math.max(0, ...waits);
  return longest === 0 ? {} : { "Retry-After": String(Math.ceil(longest / 1_000)) };
}

function refuse(response: ServerResponse, cause: unknown, ctx: Context): void {
  const raised = getTRPCErrorFromUnknown(cause);
  const error = tellError({ error: raised, input: undefined, path: undefined, ctx });
  // Whatever is left of the body is not read: the connection can't be used again.
  response.writeHead(error.data.httpStatus, { "Content-Type": "application/json", Connection: "close", ...whenToTryAgain([raised]) }).end(JSON.stringify({ error }));
}

const procedureIn = (request: IncomingMessage) => new URL(request.url ?? "/", "http://here").pathname.slice(TRPC_PATH.length + 1);
