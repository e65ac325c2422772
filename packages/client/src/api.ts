import type { AppRouter } from "@tertulia/trpc/app-router";
import { type TRPCClient, TRPCClientError, type TRPCLink, type TRPCWebSocketClient, createTRPCClient, httpLink, wsLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { refusalOf } from "./refusal-of.ts";

export type Api = TRPCClient<AppRouter>;

/** What belongs to the connection or is said all the time. Everything else goes over HTTP, where a call outlives a lost socket. */
const overSocket = new Set(["messages.post", "reads.mark", "typing.start", "typing.stop", "presence.set"]);

export interface ApiParts {
  url: string;
  token: string | undefined;
  socket: TRPCWebSocketClient;
  isClosed(): boolean;
  /** The server doesn't know us (any more). */
  unauthenticated(): void;
  /** What I changed of my account has been kept. */
  accountChanged(): void;
}

/** The typed procedures, each by the way that suits it: the socket or HTTP. */
export function createApi({ url, token, socket, isClosed, unauthenticated, accountChanged }: ApiParts): Api {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };

  const link: TRPCLink<AppRouter> = (runtime) => {
    const bySocket = wsLink<AppRouter>({ client: socket })(runtime);
    // Each call by itself: in a batch the quick ones would wait for the slow.
    const byHttp = httpLink<AppRouter>({ url, headers })(runtime);
    return ({ op, next }) =>
      observable((observer) => {
        // tRPC would open a socket for it, again and again.
        if (isClosed()) return observer.error(TRPCClientError.from(new Error("This client has been closed.")));
        const way = op.type === "subscription" || overSocket.has(op.path) ? bySocket : byHttp;
        return way({ op, next }).subscribe({
          next(answer) {
            if (op.path === "account.update") accountChanged();
            observer.next(answer);
          },
          error(error) {
            // A wrong password at the door says nothing about a session.
            if (op.path !== "account.signIn" && refusalOf(error)?.code === "UNAUTHENTICATED") unauthenticated();
            observer.error(error);
          },
          complete: () => observer.complete(),
        });
      });
  };
  return createTRPCClient<AppRouter>({ links: [link] });
}
