import type { AppRouter } from "@tertulia/trpc/app-router";
import { limits } from "@tertulia/model/limits";
import { type TRPCClient, type TRPCLink, type TRPCWebSocketClient, createTRPCClient, httpBatchLink, splitLink, wsLink } from "@trpc/client";
import { observable, tap } from "@trpc/server/observable";
import { refusalOf } from "./refusal-of.ts";

export type Api = TRPCClient<AppRouter>;

/** What belongs to the connection or is said all the time. Everything else goes over HTTP, where a call outlives a lost socket. */
const overSocket = new Set(["messages.post", "reads.mark", "typing.start", "typing.stop", "presence.set"]);

export interface ApiParts {
  url: string;
  token: string | undefined;
  socket: TRPCWebSocketClient;
  /** The server doesn't know us (any more). */
  unauthenticated(): void;
  /** What I changed of my account has been kept. */
  accountChanged(): void;
}

export function createApi({ url, token, socket, unauthenticated, accountChanged }: ApiParts): Api {
  return createTRPCClient<AppRouter>({
    links: [
      noticing({ unauthenticated, accountChanged }),
      splitLink({
        condition: ({ type, path }) => type === "subscription" || overSocket.has(path),
        true: wsLink({ client: socket }),
        false: httpBatchLink({ url, maxItems: limits.callsPerBatch, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }),
      }),
    ],
  });
}

function noticing({ unauthenticated, accountChanged }: Pick<ApiParts, "unauthenticated" | "accountChanged">): TRPCLink<AppRouter> {
  return () => ({ op, next }) =>
    observable((observer) =>
      next(op)
        .pipe(
          tap({
            next() {
              if (op.path === "account.update") accountChanged();
            },
            error(error) {
              // A wrong password at the door says nothing about a session.
              if (op.path !== "account.signIn" && refusalOf(error)?.code === "UNAUTHENTICATED") unauthenticated();
            },
          }),
        )
        .subscribe(observer),
    );
}
