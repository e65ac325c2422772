import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "@tertulia/model/refusals";
import { parseCookies } from "./cookies.ts";

const MOST_BODY_BYTES = 16 * 1024;

/** A request as next-auth's handler reads it. */
export interface AuthRequest {
  method: string;
  headers: IncomingHttpHeaders;
  query: Record<string, string | string[]>;
  cookies: Record<string, string>;
  body: Record<string, string>;
}

/** `/api/auth/callback/credentials?…` in parts. `origin` stands for whatever Host or forwarding headers were sent. @throws TOO_LARGE */
export async function readAuthRequest(request: IncomingMessage, origin: string): Promise<AuthRequest> {
  const url = new URL(request.url ?? "/", origin);
  const { host, protocol } = new URL(origin);
  return {
    method: request.method ?? "GET",
    headers: { ...request.headers, host, "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1) },
    query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split("/").slice(3) },
    cookies: parseCookies(request.headers.cookie),
    body: await readBody(request),
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, string>> {
  if (request.method !== "POST") return {};
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new Refusal("TOO_LARGE", { limit: MOST_BODY_BYTES });
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return request.headers["content-type"]?.startsWith("application/json") ? stringsOf(text) : Object.fromEntries(new URLSearchParams(text));
}

function stringsOf(json: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return {};
  }
}

/** A response as next-auth's handler writes it. */
export class AuthResponse {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  status(code: number): this {
    this.#response.statusCode = code;
    return this;
  }

  getHeader(name: string) {
    return this.#response.getHeader(name);
  }

  setHeader(name: string, value: string | string[]): this {
    this.#response.setHeader(name, value);
    return this;
  }

  json(body: object): void {
    this.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
  }

  send(body: unknown): void {
    if (typeof body === "object" && body !== null) this.json(body);
    else this.end(typeof body === "string" ? body : "");
  }

  end(body = ""): void {
    this.#response.end(body);
  }
}
