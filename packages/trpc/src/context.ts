import type { Caller } from "@tertulia/core/accounts/caller";
import type { Core } from "@tertulia/core/core";
import type { Actor } from "@tertulia/model/actor";

/** What every procedure is given. On HTTP it lives for one request, on a WebSocket for the connection, whose actor may change. */
export interface Context {
  core: Core;
  /** Who is asking; null before signing in. */
  actor: Actor | null;
  from: Caller;
  /** The request's name in log and answers; null on a WebSocket, where each refusal gets its own. */
  requestId: string | null;
  /** Names the connection to whatever counts or leaves out connections. */
  connectionId: string;
  /** What a follow over HTTP takes first, so that it ends with its session; a WebSocket has its own. The answer breaks it off. @throws RATE_LIMITED */
  takeSeat: () => () => void;
  /** Tertulia's version. */
  version: string;
}
