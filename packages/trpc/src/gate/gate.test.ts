import { registerAccount } from "@tertulia/core/accounts/register-account";
import { signOut } from "@tertulia/core/accounts/sign-out";
import { signIn } from "@tertulia/core/accounts/sign-in";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { deleteRoom } from "@tertulia/core/rooms/delete-room";
import { postMessage } from "@tertulia/core/messages/post-message";
import { createToken } from "@tertulia/core/sessions/create-token";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import type { Core } from "@tertulia/core/core";
import * as limits from "@tertulia/model/limits";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { webSession } from "@tertulia/testing/web-session";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RawSocket } from "../../test/raw-socket.ts";

let server: RunningServer;
let cast: Cast;
const clock = new MovableClock();
beforeAll(async () => {
  server = await startTestServer({ clock });
  cast = await gatherCast(server.core);
});
afterAll(() => server.close());

const open = (token: string) => RawSocket.open(server.url, { token });
const ping = (socket: RawSocket, id: number) => {
  socket.call(id, "system.ping", undefined);
  return socket.answer(id);
};

/** Time goes by as it does for connections that are alive: they are pinged, and answer. */
async function pass(ms: number, ...alive: RawSocket[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.move(Math.min(1_000, ms - passed));
    for (const socket of alive) await socket.reached();
  }
}

describe("who speaks", () => {
  test("a token in the first frame is verified before anything after it is heard", async () => {
    await using socket = await open(cast.tomas.token);
    socket.call(1, "account.me", undefined);
    expect((await socket.answer(1)).result?.data).toMatchObject({ username: "tomas" });
  });

  test("what comes in the same breath as a fault that closes is not heard", async () => {
    const before = server.core.feeds.count().followers;
    const follow = (socket: RawSocket) => socket.call(1, "messages.follow", { roomId: cast.room.id }, "subscription");
    await using closing = await open(cast.tomas.token);
    for (let frame = 0; frame < 6; frame++) closing.say("{");
    follow(closing);
    expect((await closing.closed).code).toBe(4429);
    await using later = await open(cast.tomas.token);
    follow(later);
    await later.answer(1);
    expect(server.core.feeds.count().followers).toBe(before + 1);
  });

  test.each([
    ["an unknown token", { method: "connectionParams", data: { token: "ttl_nobody" } }],
    ["no token", { method: "connectionParams", data: {} }],
    ["a token that is no text", { method: "connectionParams", data: { token: 1 } }],
    ["a call instead", { id: 1, method: "query", params: { path: "system.ping" } }],
    ["no JSON", "hello"],
    ["null", "null"],
    ["an id of null", '{"id":null}'],
  ])("%s: told why, and closed with 4401", async (_what, first) => {
    await using socket = await RawSocket.open(server.url);
    socket.say(first);
    expect((await socket.closed).code).toBe(4401);
    expect(socket.heard).toMatchObject([{ id: null, error: { data: { code: "UNAUTHORIZED", refusal: { code: "UNAUTHENTICATED" } } } }]);
  });

  test("whoever doesn't say within 5 s is closed with 4408, and may come back", async () => {
    await using socket = await RawSocket.open(server.url);
    clock.move(5_000);
    expect((await socket.closed).code).toBe(4408);
  });

  test("[auth A2] without a token and without saying that one follows there is no upgrade: 401", async () => {
    await expect(RawSocket.open(server.url, { query: "" })).rejects.toThrow("401");
    await expect(RawSocket.open(server.url, { query: "", headers: { authorization: "Bearer ttl_nobody" } })).rejects.toThrow("401");
    await expect(RawSocket.open(server.url, { query: "", headers: { authorization: "Bearer eyJhbGciOiJub25lIn0.e30." } })).rejects.toThrow("401");
  });

  test("a bearer token on the upgrade speaks too", async () => {
    await using socket = await RawSocket.open(server.url, { query: "", headers: { authorization: `Bearer ${cast.tomas.token}` } });
    socket.call(1, "account.me", undefined);
    expect((await socket.answer(1)).result?.data).toMatchObject({ username: "tomas" });
  });
});

describe("[auth A1] the session cookie", () => {
  test("speaks from a page of ours", async () => {
    const { cookie } = await webSession(server.url, cast.tomas);
    await using socket = await RawSocket.open(server.url, { query: "", headers: { cookie, origin: server.url } });
    socket.call(1, "account.me", undefined);
    expect((await socket.answer(1)).result?.data).toMatchObject({ username: "tomas" });
  });

  test("speaks for a client too that would name itself in its first frame", async () => {
    const { cookie } = await webSession(server.url, cast.tomas);
    await using socket = await RawSocket.open(server.url, { headers: { cookie, origin: server.url } });
    socket.say({ method: "connectionParams", data: null });
    socket.call(1, "account.me", undefined);
    expect((await socket.answer(1)).result?.data).toMatchObject({ username: "tomas" });
    expect(socket.heard).toHaveLength(1);
  });

  test.each([
    ["another site", () => "https://evil.example"],
    ["the origin null", () => "null"],
    ["no origin", () => undefined],
    ["our name with an ending", (url: URL) => `http://${url.hostname}.evil.example:${url.port}`],
    ["our name with a beginning", (url: URL) => `http://evil-${url.host}`],
    ["another port", (url: URL) => `http://${url.hostname}:1`],
    ["our name as its user", (url: URL) => `http://${url.host}@evil.example`],
    ["no address", () => "evil"],
  ])("from %s is no cookie at all: 403 and no upgrade", async (_what, originFor) => {
    const { cookie } = await webSession(server.url, cast.tomas);
    const origin = originFor(new URL(server.url));
    const headers = { cookie, ...(origin === undefined ? {} : { origin }) };
    await expect(RawSocket.open(server.url, { query: "", headers })).rejects.toThrow("403");
    await expect(RawSocket.open(server.url, { headers })).rejects.toThrow("403");
  });

  test("that is forged speaks for nobody", async () => {
    const headers = { cookie: "tertulia.session-token=forged", origin: server.url };
    await expect(RawSocket.open(server.url, { query: "", headers })).rejects.toThrow("401");
  });
});

describe("what is said", () => {
  test("PING is answered at any time", async () => {
    await using socket = await open(cast.tomas.token);
    await ping(socket, 1);
    socket.say("PING");
    socket.say("PONG");
    await ping(socket, 2);
    expect(socket.heard).toContain("PONG");
  });

  test.each([
    ["not JSON", "{"],
    ["a number", "1"],
    ["an empty batch", "[]"],
    ["null", "null"],
    ["an id of null", '{"id":null,"method":"query","params":{"path":"system.ping"}}'],
    ["an id of 129 characters", `{"id":"${"1".repeat(129)}","method":"query","params":{"path":"system.ping"}}`],
    ["no params", '{"id":1,"method":"query"}'],
    ["an unknown method", '{"id":1,"method":"steal","params":{"path":"system.ping"}}'],
    ["a batch with one of these", '[{"id":1,"method":"query","params":{"path":"system.ping"}},{}]'],
    ["__proto__", '{"__proto__":{"id":1,"method":"query","params":{"path":"system.ping"}}}'],
    ["a depth of 10,000", `${"[".repeat(10_000)}${"]".repeat(10_000)}`],
  ])("[E5] %s is refused as no frame, and the connection lives", async (_what, frame) => {
    await using socket = await open(cast.tomas.token);
    socket.say(frame);
    const refused = await socket.hear(({ error }) => error !== undefined);
    expect(refused).toMatchObject({ id: null, error: { code: -32700, data: { code: "PARSE_ERROR", refusal: { code: "INVALID_FRAME" } } } });
    expect((await ping(socket, 9)).result?.type).toBe("data");
  });

  test("[E5] the sixth malformed frame within a minute closes with 4429; five a minute don't", async () => {
    await using socket = await open(cast.tomas.token);
    for (let frame = 0; frame < 5; frame++) socket.say("{");
    await ping(socket, 1);
    await pass(60_000, socket);
    for (let frame = 0; frame < 5; frame++) socket.say("{");
    await ping(socket, 2);
    socket.say("{");
    expect((await socket.closed).code).toBe(4429);
  });

  test("[E5] a binary frame closes with 1003, bad UTF-8 with 1007, 64 KiB and a byte with 1009", async () => {
    await using binary = await open(cast.tomas.token);
    binary.say(Buffer.from("{}"));
    expect((await binary.closed).code).toBe(1003);
    await using utf8 = await open(cast.tomas.token);
    utf8.ws.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect((await utf8.closed).code).toBe(1007);
    await using big = await open(cast.tomas.token);
    big.say(" ".repeat(limits.frameBytes + 1));
    expect((await big.closed).code).toBe(1009);
    await using fits = await open(cast.tomas.token);
    fits.say({ id: 1, method: "query", params: { path: "system.ping" }, padding: " ".repeat(limits.frameBytes - 100) });
    expect((await fits.answer(1)).result?.type).toBe("data");
  });

  test("[E5] endless fragments close with 1008", async () => {
    await using socket = await open(cast.tomas.token);
    for (let fragment = 0; fragment < 70; fragment++) socket.ws.send("x", { fin: false });
    expect((await socket.closed).code).toBe(1008);
  });

  test("compression is not taken up", async () => {
    await using socket = await open(cast.tomas.token);
    expect(socket.ws.extensions).toBe("");
  });

  test("a batch of ten calls is answered, of eleven refused", async () => {
    await using socket = await open(cast.tomas.token);
    const calls = (count: number) => Array.from({ length: count }, (_, id) => ({ id: count * 100 + id, method: "query", params: { path: "system.ping" } }));
    socket.say(calls(10));
    for (const { id } of calls(10)) expect((await socket.answer(id)).result?.type).toBe("data");
    socket.say(calls(11));
    for (const { id } of calls(11)) expect((await socket.answer(id)).error?.data.code).toBe("BAD_REQUEST");
  });

  test("[L2] the 601st frame of a minute is refused; who goes on for another minute is closed with 4429", async () => {
    await using socket = await open(cast.tomas.token);
    const say = async (first: number, count: number) => {
      for (let id = first; id < first + count; id++) socket.call(id, "system.ping", undefined);
      return socket.answer(first + count - 1);
    };
    expect((await say(0, 600)).result?.type).toBe("data");
    expect((await say(600, 1)).error?.data).toMatchObject({ code: "TOO_MANY_REQUESTS", refusal: { code: "RATE_LIMITED", details: { limit: 600, retryAfterMs: 60_000 } } });
    await pass(60_000, socket);
    expect((await say(1_000, 600)).result?.type).toBe("data");
    socket.call(2_000, "system.ping", undefined);
    expect((await socket.closed).code).toBe(4429);
  });

  test("[B23] who says ten minutes' worth in one is closed with 4429 at once", async () => {
    await using socket = await open(cast.tomas.token);
    await ping(socket, 0);
    const flood = Array.from({ length: 700 }, (_, id) => ({ id, method: "query", params: { path: "system.ping" } }));
    for (let frame = 0; frame < 8; frame++) socket.say(flood);
    await socket.reached();
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
    socket.say(flood);
    expect((await socket.closed).code).toBe(4429);
  });

  test("the 129th follow is refused, the same id twice too, and a stopped one makes room", async () => {
    await using socket = await open(cast.tomas.token);
    const follow = (id: number) => socket.call(id, "typing.follow", { roomId: cast.room.id }, "subscription");
    for (let id = 0; id < limits.subscriptionsPerSocket; id++) follow(id);
    await socket.answer(limits.subscriptionsPerSocket - 1);
    follow(1_000);
    expect((await socket.answer(1_000)).error?.data).toMatchObject({ code: "BAD_REQUEST", refusal: { details: { limit: 128 } } });
    follow(1);
    await socket.hear(({ id, error }) => id === 1 && error?.data.code === "BAD_REQUEST");
    socket.say({ id: 2, method: "subscription.stop" });
    await socket.hear(({ id, result }) => id === 2 && result?.type === "stopped");
    follow(1_001);
    await socket.hear(({ id, result }) => id === 1_001 && result?.type === "started");
  });

  test("2,000 frames of noise end neither the server nor anyone else's connection", async () => {
    await using quiet = await open(cast.mira.token);
    quiet.call(1, "messages.follow", { roomId: cast.room.id }, "subscription");
    await quiet.hear(({ result }) => result?.type === "data");
    const noise = fc.sample(fc.oneof(fc.string(), fc.json(), frameLike), { numRuns: 2_000, seed: 7 });
    let said = 0;
    while (said < noise.length) {
      await using socket = await open(cast.tomas.token);
      const isOver = () => socket.ws.readyState !== socket.ws.OPEN;
      for (; said < noise.length && !isOver(); said++) {
        socket.say(noise[said]);
        if (said % 10 === 0) await Promise.race([socket.closed, new Promise((resolve) => setImmediate(resolve))]);
      }
      socket.ws.close();
      await socket.closed;
    }
    await postMessage(server.core, cast.mira.actor, { roomId: cast.room.id, clientId: crypto.randomUUID(), content: "Still here?", type: "text" });
    await quiet.hear(({ result }) => JSON.stringify(result ?? "").includes("Still here?"));
    expect(quiet.ws.readyState).toBe(quiet.ws.OPEN);
  });
});

const paths = fc.constantFrom("system.ping", "messages.post", "messages.follow", "rooms.open", "account.signIn", "inbox.follow", "__proto__", "constructor", "");
const frameLike = fc
  .record({
    id: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
    method: fc.constantFrom("query", "mutation", "subscription", "subscription.stop", "connectionParams"),
    params: fc.record({ path: paths, input: fc.jsonValue(), lastEventId: fc.oneof(fc.string(), fc.constant(undefined)) }),
  })
  .map((frame) => JSON.stringify(frame));

describe("who is gone", () => {
  test("[E8] every connection is pinged within 25 s and closed with 4408 when it stays silent 35 s", async () => {
    await using talks = await open(cast.tomas.token);
    await using silent = await open(cast.tomas.token);
    await Promise.all([ping(talks, 1), ping(silent, 1)]);
    // A peer that is gone reads nothing: neither pings nor the close.
    Reflect.get(silent.ws, "_socket").pause();
    await pass(36_000, talks);
    Reflect.get(silent.ws, "_socket").resume();
    expect((await silent.closed).code).toBe(4408);
    expect(talks.ws.readyState).toBe(talks.ws.OPEN);
  });

  test("the 21st socket of one person is refused", async () => {
    const sockets = await Promise.all(Array.from({ length: limits.socketsPerUser }, () => open(cast.wen.token)));
    try {
      await Promise.all(sockets.map((socket) => ping(socket, 1)));
      await expect(RawSocket.open(server.url, { query: "", headers: { authorization: `Bearer ${cast.wen.token}` } })).rejects.toThrow("429");
      await using late = await open(cast.wen.token);
      expect((await late.closed).code).toBe(4429);
      expect(late.heard).toMatchObject([{ error: { data: { refusal: { code: "RATE_LIMITED" } } } }]);
    } finally {
      await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()));
    }
  });

  test("[auth A3] a session that ends closes its sockets with 4401, and only its own", async () => {
    const { token } = await signIn(server.core, { login: "tomas", password: cast.tomas.password }, { ip: null, userAgent: null, kind: "web" });
    await using ends = await open(token);
    await using stays = await open(cast.tomas.token);
    await Promise.all([ping(ends, 1), ping(stays, 1)]);
    const actor = await actorForToken(server.core, token);
    if (!actor) throw new Error("tomas is not signed in");
    await signOut(server.core, actor);
    expect((await ends.closed).code).toBe(4401);
    await ping(stays, 2);
    await using again = await open(token);
    expect((await again.closed).code).toBe(4401);
  });

  test("[auth A3] a session that ends before anyone could hear of it closes the socket that it has just opened with 4401", async () => {
    await using other = await startTestServer({ clock: new MovableClock() });
    const { token } = await registerAccount(other.core, { email: "tomas@tertulia.test", username: "tomas", displayName: "Tomas", password: cast.tomas.password }, { ip: null, userAgent: null, kind: "api" });
    const { bus } = other.core;
    const [listen, canListen] = [bus.listen.bind(bus), Promise.withResolvers<void>()];
    bus.listen = async (channel, id, listener) => {
      await canListen.promise;
      return listen(channel, id, listener);
    };
    await using socket = await RawSocket.open(other.url, { token });
    await ping(socket, 1);
    const actor = await actorForToken(other.core, token);
    if (!actor) throw new Error("tomas is not signed in");
    await signOut(other.core, actor);
    canListen.resolve();
    expect((await socket.closed).code).toBe(4401);
  });

  test("a session at its end closes its sockets with 4401", async () => {
    const expiresAt = new Date(clock.now() + 20_000).toISOString();
    const { token } = await createToken(server.core, cast.tomas.actor, { name: "kettle", expiresAt });
    await using socket = await open(token);
    await ping(socket, 1);
    await pass(19_000, socket);
    await ping(socket, 2);
    clock.move(1_000);
    expect((await socket.closed).code).toBe(4401);
  });
});

test("a follow of any kind that is stopped while it opens leaves nothing behind", async () => {
  await using quiet = await startTestServer({ clock });
  const { core } = quiet;
  const { tomas, mira, room } = await gatherCast(core);
  const open = countOpen(core);
  await using socket = await RawSocket.open(quiet.url, tomas);
  await ping(socket, 0);
  const before = open();
  const roomId = room.id;
  const kinds: [path: string, input?: object][] = [
    ["messages.follow", { roomId, after: 1 }],
    ["messages.follow", { roomId }],
    ["reads.follow", { roomId }],
    ["typing.follow", { roomId }],
    ["presence.follow", { roomId }],
    ["presence.follow", { userIds: [mira.account.id] }],
    ["assistants.followRuns", { roomId }],
    ["inbox.follow"],
    ["notices.follow"],
  ];
  let id = 0;
  const follow = ([path, input]: (typeof kinds)[number]) => socket.call(++id, path, input, "subscription");
  const stop = () => {
    socket.say({ id, method: "subscription.stop" });
    return socket.hear((frame) => frame.id === id && frame.result?.type === "stopped");
  };
  for (const kind of kinds) {
    const held = await holdDatabase(core);
    follow(kind);
    await stop();
    await held.release();
    // Who follows after it has waited for all that it waited for.
    follow(kind);
    await socket.hear((frame) => frame.id === id && frame.result?.type === "data");
    expect(open()).not.toEqual(before);
    await stop();
    expect({ kind, ...open() }).toEqual({ kind, ...before });
  }
});

/** How much is open for those who follow. */
function countOpen({ feeds, bus, notices }: Core) {
  let ears = 0;
  let noticed = 0;
  const listen = bus.listen.bind(bus);
  bus.listen = async (...what) => {
    const unlisten = await listen(...what);
    ears++;
    return () => {
      ears--;
      unlisten();
    };
  };
  const follow = notices.follow.bind(notices);
  notices.follow = async (sink) => {
    const leave = await follow(sink);
    noticed++;
    return () => {
      noticed--;
      leave();
    };
  };
  return () => ({ ...feeds.count(), ears, noticed });
}

/** Nobody else's statement is answered until it is released. */
async function holdDatabase({ db }: Core) {
  const taken = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holding = db.transaction().execute(async () => {
    taken.resolve();
    await released.promise;
  });
  await taken.promise;
  const release = () => {
    released.resolve();
    return holding;
  };
  return { release };
}

test("[B38] who begins to follow while the room is deleted is told so or refused, and never let go without a word", async () => {
  await using socket = await open(cast.tomas.token);
  const { mira, tomas } = cast;
  for (let id = 1; id <= 40; id++) {
    const { room } = await createRoom(server.core, mira.actor, { kind: "room", title: "Cake", memberIds: [tomas.account.id] });
    socket.call(id, "messages.follow", { roomId: room.id, after: 0 }, "subscription");
    for (let turn = 0; turn < id % 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    await deleteRoom(server.core, mira.actor, { roomId: room.id });
    const last = await socket.hear((frame) => frame.id === id && (frame.error !== undefined || frame.result?.type === "stopped"));
    const told = JSON.stringify(socket.heard.filter((frame) => frame !== last));
    expect(last.error !== undefined || told.includes(`"roomId":"${room.id}","seq":2,`)).toBe(true);
  }
});
