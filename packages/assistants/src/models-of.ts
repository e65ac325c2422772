import type { AssistantModel } from "@tertulia/model/assistants";

/** A server that lists its models at `/models`. */
export interface ModelServer {
  provider: string;
  baseUrl: string;
  apiKey: string | null;
  /** The model to name first, whether the server lists it or not. */
  configured: string | null;
  /** Whether a listed model can be talked with. */
  converses(id: string): boolean;
}

const KEPT_FOR_MS = 60_000;
const TIMEOUT_MS = 3_000;

/** The server's models, the default first; asked at most once a minute, and remembered when the server is away. */
export function modelsOf(server: ModelServer): () => Promise<AssistantModel[]> {
  let known = named(server, []);
  let freshUntil = 0;
  let asking: Promise<AssistantModel[]> | null = null;

  async function ask() {
    try {
      known = named(server, await listedBy(server));
      freshUntil = performance.now() + KEPT_FOR_MS;
    } catch {
      // An unreachable list is no reason not to ask for an answer; that will say what is wrong.
    } finally {
      asking = null;
    }
    return known;
  }

  return () => (performance.now() < freshUntil ? Promise.resolve(known) : (asking ??= ask()));
}

async function listedBy({ baseUrl, apiKey, converses }: ModelServer): Promise<string[]> {
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  const response = await fetch(`${baseUrl}/models`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body: unknown = await response.json();
  if (!hasData(body)) throw new Error("Not a list of models");
  return body.data.flatMap((entry: unknown) => (hasId(entry) && converses(entry.id) ? [entry.id] : []));
}

function named({ provider, configured }: ModelServer, ids: string[]): AssistantModel[] {
  const first = configured === null ? [] : [configured];
  return [...first, ...ids.filter((id) => id !== configured)].map((id) => ({ id, provider }));
}

const hasData = (body: unknown): body is { data: unknown[] } => typeof body === "object" && body !== null && "data" in body && Array.isArray(body.data);
const hasId = (entry: unknown): entry is { id: string } => typeof entry === "object" && entry !== null && "id" in entry && typeof entry.id === "string";
