import * as limits from "@tertulia/model/limits";
import type { Person } from "@tertulia/testing/cast";
import { createTRPCClient, createWSClient, httpBatchLink, splitLink, type TRPCClient, wsLink } from "@trpc/client";
import type { AppRouter } from "../src/app-router.ts";

/** A client as anyone would build it from @trpc/client, with nothing of ours. */
export interface StockClient extends AsyncDisposable {
  /** Calls over HTTP, follows over the socket. */
  http: TRPCClient<AppRouter>;
  /** Everything over the socket. */
  socket: TRPCClient<AppRouter>;
  /** Ends the socket under the client, as a lost network would; it comes back by itself. */
  cut(): void;
  close(): Promise<void>;
}

export function stockClient(url: string, { token }: Pick<Person, "token">): StockClient {
  const client = createWSClient({
    url: `${url.replace("http", "ws")}/api/trpc`,
    connectionParams: { token },
    retryDelayMs: () => 10,
    lazy: { enabled: true, closeMs: 10_000 },
  });
  const overSocket = wsLink<AppRouter>({ client });
  const overHttp = httpBatchLink<AppRouter>({ url: `${url}/api/trpc`, maxItems: limits.callsPerBatch, headers: { authorization: `Bearer ${token}` } });
  const close = () => client.close();
  return {
    http: createTRPCClient<AppRouter>({ links: [splitLink({ condition: ({ type }) => type === "subscription", true: overSocket, false: overHttp })] }),
    socket: createTRPCClient<AppRouter>({ links: [overSocket] }),
    cut: () => client.connection?.ws?.close(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
