import * as limits from "@tertulia/model/limits";
import { callTRPCProcedure, TRPCError } from "@trpc/server";
import type { TRPCClientOutgoingMessage } from "@trpc/server/rpc";
import { appRouter } from "../app-router.ts";
import type { Context } from "../context.ts";
import { textFrameOf } from "@tertulia/gate/text-frame";
import type { FollowRequest } from "./follows.ts";

/** A query or mutation as it was heard. */
export type Call = Extract<TRPCClientOutgoingMessage, { params: object }> & { method: "query" | "mutation" };

export const isCall = (message: TRPCClientOutgoingMessage | undefined): message is Call => message?.method === "query" || message?.method === "mutation";

/** The connection as its calls know it. */
export interface CallHost {
  readonly context: Context;
  answer(frame: Buffer): void;
  /** Answers a request with an error in tRPC's own shape. */
  tellError(request: FollowRequest, cause: unknown): void;
}

/**
 * The queries and mutations of one connection. Each procedure is called as tRPC would call it, and answered with the very frame tRPC would
 * have sent, without what its own handler keeps for every socket and does for every call (docs/decisions/0008).
 */
export class Calls {
  readonly #host: CallHost;
  #unanswered = 0;
  #whenAnswered: (() => void)[] = [];

  constructor(host: CallHost) {
    this.#host = host;
  }

  /** The calls of one frame. */
  start(calls: Call[]): void {
    const isTooLong = calls.length > limits.callsPerBatch;
    for (const [place, call] of calls.entries()) {
      if (isTooLong) this.#host.tellError(requestOf(call), tooManyCalls());
      else void this.#run(call, place);
    }
  }

  /** Resolves when everything that was asked has been answered. */
  async answered(): Promise<void> {
    if (this.#unanswered > 0) await new Promise<void>((resolve) => this.#whenAnswered.push(resolve));
  }

  async #run(call: Call, place: number): Promise<void> {
    const { id, method, jsonrpc, params } = call;
    this.#unanswered++;
    try {
      const data: unknown = await callTRPCProcedure({
        router: appRouter,
        path: params.path,
        getRawInput: async () => params.input,
        ctx: this.#host.context,
        type: method,
        signal: undefined,
        batchIndex: place,
      });
      this.#host.answer(textFrameOf(JSON.stringify({ id, jsonrpc, result: { type: "data", data } })));
    } catch (error) {
      this.#host.tellError(requestOf(call), error);
    } finally {
      if (--this.#unanswered === 0) for (const resolve of this.#whenAnswered.splice(0)) resolve();
    }
  }
}

const requestOf = ({ id, params: { path, input } }: Call): FollowRequest => ({ id: id ?? 0, path, input });

const tooManyCalls = () => new TRPCError({ code: "BAD_REQUEST", message: "Batch call exceeds maximum size" });
