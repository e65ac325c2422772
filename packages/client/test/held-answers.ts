import { vi } from "vitest";

/** Holds up the next answer to this procedure over HTTP: it has been read, and isn't there yet. `vi.unstubAllGlobals()` ends it. */
export function holdAnswer(procedure: string): { reached: Promise<void>; end(): void } {
  const [reached, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const real = fetch;
  let isNext = true;
  vi.stubGlobal("fetch", async (...asked: Parameters<typeof fetch>) => {
    const isHeld = isNext && isFor(procedure, asked);
    if (isHeld) isNext = false;
    const answer = await real(...asked);
    if (isHeld) {
      reached.resolve();
      await open.promise;
    }
    return answer;
  });
  return { reached: reached.promise, end: open.resolve };
}

/** Answers this procedure, asked over HTTP, so often as a server in trouble does. Tells how often it was asked altogether. */
export function refuseAnswers(procedure: string, times: number): () => number {
  const real = fetch;
  let asked = 0;
  vi.stubGlobal("fetch", async (...args: Parameters<typeof fetch>) => {
    if (!isFor(procedure, args) || ++asked > times) return real(...args);
    const refusal = { code: "INTERNAL", message: "Something went wrong on the server.", details: {}, requestId: "r" };
    return Response.json({ error: { code: -32603, message: refusal.message, data: { code: "INTERNAL_SERVER_ERROR", httpStatus: 500, refusal } } }, { status: 500 });
  });
  return () => asked;
}

const isFor = (procedure: string, [address]: Parameters<typeof fetch>) => typeof address === "string" && address.includes(`/${procedure}`);
