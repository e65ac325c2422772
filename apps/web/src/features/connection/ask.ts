import { refusalOf, RefusedError } from "./refusal";

/**
 * One question over HTTP. The sign-in page asks two or three and then leaves, so it does without the whole client and
 * its socket, which would weigh more than the page.
 * @throws RefusedError
 */
export const ask = <Answer>(procedure: string): Promise<Answer> => call(procedure, { method: "GET" });

/** One deed over HTTP. @throws RefusedError */
export const tell = <Answer>(procedure: string, input: object): Promise<Answer> =>
  call(procedure, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(input) });

async function call<Answer>(procedure: string, request: RequestInit): Promise<Answer> {
  let body: { result: { data: Answer } } | { error: unknown };
  try {
    const response = await fetch(`/api/trpc/${procedure}`, request);
    body = await response.json();
  } catch {
    throw new RefusedError({ code: "NO_CONNECTION", details: {}, requestId: null });
  }
  if ("error" in body) throw new RefusedError(refusalOf(body.error));
  return body.result.data;
}
