import type { IncomingMessage } from "node:http";
import type { Caller } from "@tertulia/core/accounts/caller";

/** Where a request comes from. Only browsers send an Origin, so that tells a page from a program. */
export const callerOf = ({ socket, headers }: IncomingMessage): Caller => ({
  ip: socket.remoteAddress ?? null,
  userAgent: headers["user-agent"] ?? null,
  kind: headers.origin === undefined ? "api" : "web",
});
