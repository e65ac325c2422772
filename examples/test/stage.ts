import { createTertulia } from "@tertulia/client";
import { registerAccount } from "@tertulia/core/accounts/register-account";
import type { Core } from "@tertulia/core/core";
import { postMessage } from "@tertulia/core/messages/post-message";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import { createToken } from "@tertulia/core/sessions/create-token";
import { revokeSession } from "@tertulia/core/sessions/revoke-session";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { gatherCast } from "@tertulia/testing/cast";
import { layLine } from "@tertulia/testing/line";
import { type TestServerOptions, startTestServer } from "@tertulia/testing/start-test-server";
import { until } from "@tertulia/testing/until";
import { type RunningBot, startBot } from "./start-bot.ts";

export type Stage = Awaited<ReturnType<typeof setStage>>;

/** Someone who says "ping" in a room, and sees what the bot answers there. */
export interface Pinger extends AsyncDisposable {
  pings(): Promise<void>;
  /** Says something that isn't for the bot. */
  says(words: string): Promise<void>;
  /** Resolves when each "ping" has one answer; or so many `ofThem`, and none has two. */
  isAnswered(howMany?: { ofThem: number }): Promise<void>;
}

/** A server with the cast in it that can be restarted at its address, an account with an API token for a bot, and the line over which the bot reaches the server. */
export async function setStage(settings: TestServerOptions = {}) {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await openTestDatabase());
  let server = await startTestServer({ ...settings, database });
  opened.defer(() => server.close());
  const line = opened.use(await layLine(server.url));
  const cast = await gatherCast(server.core);
  const bot = await createBotAccount(server.core);
  // Whatever became of its test, none outlives it.
  const bots = opened.use(new AsyncDisposableStack());

  async function say(roomId: Id, content: string): Promise<Id> {
    const { id } = await postMessage(server.core, cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });
    return id;
  }

  function miraIn(roomId: Id): Pinger {
    const mira = createTertulia({ url: server.url, token: cast.mira.token });
    const pings: Id[] = [];
    return {
      async pings() {
        pings.push(await say(roomId, "ping"));
      },
      async says(words) {
        await say(roomId, words);
      },
      async isAnswered({ ofThem } = { ofThem: pings.length }) {
        await until(mira.room(roomId), ({ messages }) => {
          const answers = messages.filter(({ author, content }) => author.id === bot.id && content === "pong");
          const answered = new Set(answers.map(({ replyTo }) => replyTo?.id));
          return answers.length === ofThem && pings.filter((ping) => answered.has(ping)).length === ofThem;
        });
      },
      [Symbol.asyncDispose]: () => mira.close(),
    };
  }

  /** At the same address. */
  async function restart(): Promise<void> {
    const port = Number(new URL(server.url).port);
    await server.close();
    server = await startTestServer({ ...settings, database, port });
  }

  /** Cut off while more is said than a server tells as single events to one who comes back (protocol G2), a "ping" first; then it's let through. */
  async function isAwayForTooLong(mira: Pinger, leadTo = server.url): Promise<void> {
    line.refuse();
    line.cut();
    await mira.pings();
    await Promise.all(Array.from({ length: limits.eventsPerResume + 1 }, (_, n) => mira.says(`words ${n}`)));
    line.leadTo(leadTo);
  }

  /** What a bot has to live through in a room: a broken line, and a restart of the server at its address, and both times something is said while it's away. */
  async function isAnsweredThroughAll(roomId: Id): Promise<void> {
    await using mira = miraIn(roomId);
    await mira.pings();
    await mira.isAnswered();

    line.refuse();
    line.cut();
    await mira.pings();
    await mira.pings();
    line.leadTo(server.url);
    await mira.isAnswered();

    line.refuse();
    await restart();
    await mira.pings();
    line.leadTo(server.url);
    await mira.isAnswered();

    await mira.pings();
    await mira.isAnswered();
  }

  const parts = opened.move();
  return {
    cast, line, bot, miraIn, isAnsweredThroughAll, isAwayForTooLong, restart,
    get url() {
      return server.url;
    },
    get core() {
      return server.core;
    },
    /** Starts one, over the line and with the bot's token unless another is named. */
    start: (command: readonly [string, ...string[]], { url = line.url, token = bot.token } = {}): RunningBot => bots.use(startBot(command, { TERTULIA_URL: url, TERTULIA_TOKEN: token })),
    /** mira's, public. */
    async newRoom(members: Id[]): Promise<Id> {
      const { room } = await createRoom(server.core, cast.mira.actor, { kind: "room", title: "Tea", isPrivate: false, memberIds: members });
      return room.id;
    },
    /** A token of the bot's that can be ended without harm to the one it has. */
    async newToken(): Promise<{ token: string; end(): Promise<void> }> {
      const { token, session } = await createToken(server.core, bot.actor, { name: "another" });
      return { token, end: () => revokeSession(server.core, bot.actor, { id: session.id }) };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** An account for the bot, and a token of its own: what docs/api.md tells a reader to get. */
async function createBotAccount(core: Core): Promise<{ id: Id; actor: Actor; token: string }> {
  const registration = { email: "robin@tertulia.test", username: "robin", displayName: "Robin", password: "robin likes long walks" };
  const { token: session } = await registerAccount(core, registration, { ip: null, userAgent: null, kind: "api" });
  const actor = await actorForToken(core, session);
  if (!actor) throw new Error("robin was not signed in.");
  const { token } = await createToken(core, actor, { name: "bot" });
  return { id: actor.user.id, actor, token };
}
