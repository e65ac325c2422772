import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast, type Person } from "@tertulia/testing/cast";
import { startTestServer, type TestServerOptions } from "@tertulia/testing/start-test-server";
import { type Ask, idIn, openAsk } from "./ask.ts";

/** A server with the cast in it, and a way to ask it. */
export interface Stage extends Cast, AsyncDisposable {
  server: RunningServer;
  ask: Ask;
  /** A conversation of mira's and tomas', of this test's own. Answers its path. */
  conversation(wishes?: object): Promise<string>;
  /** Posts to the conversation at that path; answers the message's id. */
  say(who: Person, path: string, content?: string): Promise<string>;
}

export async function openStage(options?: TestServerOptions): Promise<Stage> {
  const server = await startTestServer(options);
  const cast = await gatherCast(server.core);
  const ask = await openAsk(server.url);
  return {
    ...cast,
    server,
    ask,
    conversation: async (wishes = {}) =>
      `/conversations/${idIn(await ask(cast.mira, "POST", "/conversations", { body: { title: "Tea", participantIds: [cast.tomas.account.id], ...wishes } }))}`,
    say: async (who, path, content = "Tea?") => idIn(await ask(who, "POST", `${path}/messages`, { body: { content } })),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
