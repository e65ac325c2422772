import { refusalCodes } from "@tertulia/model/refusals";
import type { Person } from "@tertulia/testing/cast";
import { z } from "zod";
import { Contract } from "./contract.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE" | "PUT" | "OPTIONS" | "HEAD";

export interface Asking {
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether nothing of the kind is described: whatever comes of it is the test's own to judge. */
  isUndescribed?: boolean;
}

/** Asks a server, and fails if its answer isn't one that its own OpenAPI promises. */
export type Ask = (who: Pick<Person, "token"> | null, method: Method, path: string, asking?: Asking) => Promise<Answer>;

export async function openAsk(url: string): Promise<Ask> {
  const contract = Contract.of(await (await fetch(`${url}/api/v1/openapi.json`)).json());
  return async (who, method, path, { body, headers = {}, isUndescribed = false } = {}) => {
    const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const typed = body === undefined ? {} : { "content-type": "application/json" };
    const shown = who === null ? {} : { authorization: `Bearer ${who.token}` };
    const response = await fetch(`${url}/api/v1${path}`, { method, headers: { ...typed, ...shown, ...headers }, ...sent });
    const answer = new Answer(response.status, response.headers, await response.text());
    if (method !== "HEAD" && !isUndescribed) contract.check(method, path, answer.status, answer.json);
    return answer;
  };
}

export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  get json(): unknown {
    return JSON.parse(this.text);
  }

  /** What was asked for. */
  get data(): unknown {
    return Succeeded.parse(this.json).data;
  }

  /** Why it wasn't done. */
  get failure(): z.infer<typeof Failed> {
    return Failed.parse(this.json);
  }
}

const Succeeded = z.object({ success: z.literal(true), data: z.unknown() });
const Failed = z.strictObject({ success: z.literal(false), error: z.string(), code: z.enum(refusalCodes), details: z.record(z.string(), z.unknown()), requestId: z.uuid() });

/** What most tests want of something: what it is called. */
export const WithId = z.object({ id: z.uuid() });
export const idIn = (answer: Answer): string => WithId.parse(answer.data).id;
