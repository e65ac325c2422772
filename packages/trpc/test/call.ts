import { refusalCodes } from "@tertulia/model/refusals";
import type { Person } from "@tertulia/testing/cast";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import { appRouter } from "../src/app-router.ts";

const Told = z.object({
  error: z.object({
    message: z.string(),
    code: z.enum(TRPC_ERROR_CODES_BY_KEY),
    data: z.strictObject({
      code: z.string(),
      httpStatus: z.int(),
      path: z.string().optional(),
      refusal: z.strictObject({ code: z.enum(refusalCodes), message: z.string(), details: z.record(z.string(), z.unknown()), requestId: z.uuid() }),
    }),
  }),
});
export type ToldRefusal = z.infer<typeof Told>["error"]["data"]["refusal"];

export interface Answer {
  status: number;
  data: unknown;
  /** What was refused; null if it was done. */
  refusal: ToldRefusal | null;
}

// By their whole paths, which the router's types don't know.
const Procedures = z.record(z.string(), z.custom<{ _def: { type: string } }>((procedure) => typeof procedure === "function" && "_def" in procedure));
const procedures = Procedures.parse(appRouter._def.procedures);

/** query, mutation or subscription */
export const typeOf = (path: string) => procedures[path]?._def.type;

/** Calls a procedure over plain HTTP, as no typed client would let one. A follow is opened as server-sent events, and left after its first. */
export async function call(url: string, path: string, input: unknown, who: Pick<Person, "token"> | null): Promise<Answer> {
  const type = typeOf(path);
  const address = `${url}/api/trpc/${path}`;
  const headers: Record<string, string> = who ? { authorization: `Bearer ${who.token}` } : {};
  if (type === "mutation") {
    const body = JSON.stringify(input);
    return answerOf(await fetch(address, { method: "POST", headers: { ...headers, "content-type": "application/json" }, ...(body === undefined ? {} : { body }) }));
  }
  const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetch(`${address}${query}`, { headers });
  return type === "subscription" && response.ok ? firstEventOf(response) : answerOf(response);
}

async function answerOf(response: Response): Promise<Answer> {
  // Node itself answers an address that is too long, before anyone else hears of it.
  if (response.status === 431) return { status: 431, data: null, refusal: null };
  if (response.ok) return { status: response.status, data: await response.json(), refusal: null };
  return { status: response.status, data: null, refusal: await refusalIn(response) };
}

/** The refusal in an answer; fails if the answer isn't one, or says another status than it has. */
export async function refusalIn(response: Response): Promise<ToldRefusal> {
  const { refusal, httpStatus } = Told.parse(await response.json()).error.data;
  if (httpStatus !== response.status) throw new Error(`Said ${httpStatus}, answered ${response.status}`);
  return refusal;
}

async function firstEventOf(response: Response): Promise<Answer> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error("No stream");
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      text += value ?? "";
      const failed = /event: serialized-error\ndata: (.*)\n/.exec(text)?.[1];
      if (failed !== undefined) {
        const { refusal, httpStatus } = Told.parse({ error: JSON.parse(failed) }).error.data;
        return { status: httpStatus, data: null, refusal };
      }
      const data = /(?:^|\n)data: (.*)\n/.exec(text.replace(/event: (connected|ping)\ndata: .*\n/g, ""))?.[1];
      if (data !== undefined) return { status: 200, data: JSON.parse(data), refusal: null };
      if (done) throw new Error(`The stream ended early: ${text}`);
    }
  } finally {
    await reader.cancel();
  }
}
