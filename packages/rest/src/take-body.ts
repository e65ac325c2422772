import type { IncomingMessage } from "node:http";
import { Refusal } from "@tertulia/model/refusals";
import { createMiddleware } from "hono/factory";
import type { RestEnv } from "./rest-env.ts";

const MOST_BODY_BYTES = 256 * 1024;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/**
 * Takes a body that says it is JSON, and isn't compressed: a browser would send any other for a page of someone else's. None at all is as good as an
 * empty object.
 * @throws UNSUPPORTED_MEDIA, TOO_LARGE, INVALID_FRAME
 */
export const takeBody = createMiddleware<RestEnv>(async (c, next) => {
  // Whatever comes with a question about what is there is never read.
  if (c.req.method === "GET" || c.req.method === "HEAD") return next();
  const { incoming } = c.env;
  const type = incoming.headers["content-type"];
  if (type === undefined && !isCarried(incoming)) return next();
  if (type === undefined || !JSON_TYPE.test(type) || (incoming.headers["content-encoding"] ?? "identity") !== "identity") throw new Refusal("UNSUPPORTED_MEDIA");
  const text = await readText(incoming);
  // Many clients name the type of whatever they send, also of nothing. Hono takes its JSON from here.
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text === "" ? "{}" : text) });
  // It is JSON, however that was spelt: Hono knows fewer spellings.
  c.req.raw.headers.set("Content-Type", "application/json");
  return next();
});

const isCarried = ({ headers }: IncomingMessage) => headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

/** Reads until the end, or until it is more than we take: no more than that is ever held. */
async function readText(incoming: IncomingMessage): Promise<string> {
  if (Number(incoming.headers["content-length"] ?? 0) > MOST_BODY_BYTES) throw tooLarge();
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BODY_BYTES) reject(tooLarge());
      else chunks.push(chunk);
    });
    incoming.once("end", () => resolve(Buffer.concat(chunks)));
    // Whoever went away hears no answer.
    incoming.once("close", () => reject(noJson()));
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw noJson();
  }
}

const tooLarge = () => new Refusal("TOO_LARGE", { limit: MOST_BODY_BYTES });
const noJson = () => new Refusal("INVALID_FRAME", {}, "The body is not JSON.");
