import { randomUUID } from "node:crypto";
import { Refusal, type RefusalShape, validationRefusal } from "@tertulia/model/refusals";
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import type { Context } from "./context.ts";
import { refusalCodeOf, trpcCode } from "./trpc-codes.ts";

interface Raised {
  error: TRPCError;
  input: unknown;
  path: string | undefined;
  ctx: Context | undefined;
}

/** What a client is told of an error: always a refusal of the closed list, never a stack or a sentence that we didn't write for it. */
export function tellError({ error, input, path, ctx }: Raised) {
  const { refusal, trpc } = refusalBehind(error, input);
  const told: RefusalShape = { code: refusal.code, message: refusal.message, details: refusal.details, requestId: ctx?.requestId ?? randomUUID() };
  if (refusal.code === "INTERNAL") ctx?.core.log.error({ err: error.cause ?? error, requestId: told.requestId, path }, "A call failed in a way nobody foresaw.");
  return {
    message: told.message,
    code: TRPC_ERROR_CODES_BY_KEY[trpc],
    data: { code: trpc, httpStatus: getHTTPStatusCodeFromError(new TRPCError({ code: trpc })), path, refusal: told },
  };
}

function refusalBehind(error: TRPCError, input: unknown): { refusal: Refusal; trpc: TRPCError["code"] } {
  const refusal = refusalOf(error, input);
  // tRPC's own errors keep its finer words (a mutation by GET is 405); ours have theirs in the table.
  const isTrpcsOwn = error.cause === undefined && refusalCodeOf[error.code] === refusal.code;
  return { refusal, trpc: isTrpcsOwn ? error.code : trpcCode[refusal.code] };
}

function refusalOf({ code, cause }: TRPCError, input: unknown): Refusal {
  if (cause instanceof Refusal) return cause;
  if (cause instanceof z.core.$ZodError && code === "BAD_REQUEST") return validationRefusal(cause, input);
  if (cause instanceof SyntaxError && code === "BAD_REQUEST") return new Refusal("INVALID_FRAME");
  // By its name: doors know nothing of databases.
  if (cause?.name === "DatabaseUnavailable") return new Refusal("UNAVAILABLE");
  if (code === "BAD_REQUEST") return new Refusal("VALIDATION_FAILED", { field: "", reason: "INVALID_VALUE" });
  return new Refusal(refusalCodeOf[code] ?? "INTERNAL");
}
