import type { AppRouter } from "@tertulia/trpc/app-router";
import { createTRPCClient, httpLink, type TRPCClient, TRPCClientError } from "@trpc/client";
import { expect, test } from "vitest";
import { ServerProcess } from "../test/server-process.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";

const ENDS = ["SIGKILL", "SIGTERM", "SIGKILL"] as const;
const POSTERS = 8;

test(
  "a server that is killed or told to end while people post has lost nothing that it acknowledged, and a retry makes nothing twice",
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryFolder();
    const settings = { DATA_DIR: folder.path, RATE_LIMIT_POSTS_PER_MINUTE: "1000000" };
    const said = new Map<string, "sent" | "acknowledged">();
    let token = "";
    let roomId = "";

    for (const [cycle, signal] of ENDS.entries()) {
      await using server = new ServerProcess(settings);
      const url = await server.url();
      if (cycle === 0) {
        const nobody = overHttp(url, "");
        ({ token } = await nobody.account.register.mutate({ email: "mira@tertulia.test", username: "mira", password: "mira likes long walks" }));
        roomId = (await overHttp(url, token).rooms.create.mutate({ kind: "room", title: "Tea" })).room.id;
      }
      const enough = 40 + cycle * 37;
      // As one Ctrl+C does, from the terminal and from npm, it comes more than once.
      const end = () => server.end(signal);
      await Promise.all(Array.from({ length: POSTERS }, (_, poster) => postUntilEnded(url, `${cycle}-${poster}`, enough, end)));
      expect(await server.ended()).toBe(signal === "SIGTERM" ? 0 : null);
    }

    await using server = new ServerProcess(settings);
    const http = overHttp(await server.url(), token);
    const unacknowledged = [...said].filter(([, state]) => state === "sent");
    for (const [clientId] of unacknowledged) await http.messages.post.mutate({ roomId, clientId, content: clientId });
    const kept = await everyMessage(http);
    expect(kept).toHaveLength(said.size);
    expect(new Set(kept.map(({ clientId }) => clientId))).toEqual(new Set(said.keys()));
    expect([...said.values()].filter((state) => state === "acknowledged").length).toBeGreaterThan(ENDS.length * 40);

    /** Posts one after the other; whoever finds that enough was acknowledged ends the server under everyone. */
    async function postUntilEnded(url: string, name: string, enough: number, end: () => Promise<unknown>): Promise<void> {
      const { messages } = overHttp(url, token);
      try {
        for (let post = 0; ; post++) {
          const clientId = `${name}-${post}`;
          said.set(clientId, "sent");
          await messages.post.mutate({ roomId, clientId, content: clientId });
          said.set(clientId, "acknowledged");
          if (post * POSTERS > enough) void end();
        }
      } catch (error) {
        // The connection went with the server; an answer that refuses would be another matter.
        if (!(error instanceof TRPCClientError) || error.data) throw error;
      }
    }

    async function everyMessage({ messages }: TRPCClient<AppRouter>) {
      const all = [];
      for (let before: number | undefined; ; ) {
        const { items, hasBefore } = await messages.list.query({ roomId, limit: 100, ...(before === undefined ? {} : { before }) });
        all.push(...items);
        before = items[0]?.seq;
        if (!hasBefore) return all;
      }
    }
  },
);

const overHttp = (url: string, token: string) =>
  createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/api/trpc`, headers: token === "" ? {} : { authorization: `Bearer ${token}` } })] });
