import type { AppRouter } from "@tertulia/trpc/app-router";
import { howMuch, isSoak } from "@tertulia/testing/how-much";
import { limitsOutOfTheWay } from "@tertulia/testing/limits-out-of-the-way";
import { measured } from "@tertulia/testing/measured";
import { createTRPCClient, httpLink, type TRPCClient, TRPCClientError } from "@trpc/client";
import { expect, test } from "vitest";
import { ServerProcess } from "../test/server-process.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";

const { clients: POSTERS, sends, cycles } = howMuch.killedServer;
/** Most of them are killed; one in three is told to end. */
const ENDS = Array.from({ length: cycles }, (_, cycle) => (cycle % 3 === 1 ? "SIGTERM" : "SIGKILL") satisfies NodeJS.Signals);
const POSTS_PER_CYCLE = (POSTERS * sends) / cycles;
const AT_LEAST = 0.2;

test(
  "[A1] a server that is killed or told to end while people post has lost nothing that it acknowledged, and a retry makes nothing twice",
  { timeout: isSoak ? 60 * 60_000 : 120_000 },
  async () => {
    await using folder = await temporaryFolder();
    const settings = { DATA_DIR: folder.path, ...limitsOutOfTheWay };
    const said = new Map<string, "sent" | "acknowledged">();
    let token = "";
    let roomId = "";
    const servingAgain: number[] = [];

    for (const [cycle, signal] of ENDS.entries()) {
      await using server = new ServerProcess(settings);
      const started = performance.now();
      const url = await server.url();
      if (cycle > 0) servingAgain.push(performance.now() - started);
      if (cycle === 0) {
        const nobody = overHttp(url, "");
        ({ token } = await nobody.account.register.mutate({ email: "mira@tertulia.test", username: "mira", password: "mira likes long walks" }));
        roomId = (await overHttp(url, token).rooms.create.mutate({ kind: "room", title: "Tea" })).room.id;
      }
      const enough = POSTS_PER_CYCLE * (AT_LEAST + (1 - AT_LEAST) * Math.random());
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
    expect([...said.values()].filter((state) => state === "acknowledged").length).toBeGreaterThan(cycles * POSTS_PER_CYCLE * AT_LEAST);
    const slowest = Math.max(...servingAgain);
    measured("A1", `${cycles} ends under ${POSTERS} posters, ${said.size} posts: lost 0, doubled 0; serving again within ${Math.round(slowest)} ms (goal 5,000)`, [slowest, 5_000]);

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
