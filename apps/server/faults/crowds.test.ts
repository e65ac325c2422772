import { atPace, untilPassed } from "@tertulia/testing/drivers/at-pace";
import { LeanClient } from "@tertulia/testing/drivers/lean-client";
import { howMuch, isSoak } from "@tertulia/testing/how-much";
import { layLine } from "@tertulia/testing/line";
import { measured, percentile } from "@tertulia/testing/measured";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import * as limits from "@tertulia/model/limits";
import { describe, expect, test } from "vitest";
import { canStartPostgres } from "../../../scripts/temporary-postgres.mjs";
import { numberOf, onlineAmong, postOver } from "./looks.ts";
import { Stage } from "./stage.ts";
import { watchStops } from "./stops.ts";

const SOON = { timeout: isSoak ? 10 * 60_000 : 60_000, interval: 100 };
/** How many connect at once: a storm is a row of its own. */
const AT_ONCE = 100;

/** What a server holds for its clients. */
async function held(url: string) {
  const [sockets, follows, followers, rooms] = await Promise.all(["sockets", "follows", "room_followers", "rooms_followed"].map((name) => numberOf(url, `tertulia_${name}`)));
  return { sockets, follows, followers, rooms };
}

describe.skipIf(!canStartPostgres())("a crowd", () => {
  test("[A19] [A20] [A21] of sockets sits idle, hears one message, every one of them, and vanishes at once without a trace", async () => {
    const { sockets } = howMuch.manySockets;
    const people = Math.ceil(sockets / limits.socketsPerUser);
    await using stage = await Stage.open({ people: people + 1 });
    const url = await stage.server().url();
    const [idle, rssIdle] = [await held(url), await numberOf(url, "tertulia_resident_memory_bytes")];
    await using clients = new AsyncDisposableStack();
    const crowd = Array.from({ length: sockets }, (_, n) => clients.use(new LeanClient({ url, guest: stage.person(n % people), comesBack: false })));
    for (let at = 0; at < sockets; at += AT_ONCE) await Promise.all(crowd.slice(at, at + AT_ONCE).map((client) => client.follow(stage.room)));
    expect(await held(url)).toEqual({ sockets, follows: sockets, followers: sockets, rooms: 1 });
    const guests = stage.people.slice(0, people);
    const online = () => onlineAmong(guests, url, stage.person(people));
    await expect.poll(online, SOON).toBe(people);
    const rss = await numberOf(url, "tertulia_resident_memory_bytes");
    measured("A19", `${sockets} idle sockets that follow a room: ${Math.round(rss / 1e6)} MB resident (goal 750), ${Math.round((rss - rssIdle) / sockets / 1_000)} KB each`, [rss, 750e6]);

    await using stopsOfOne = await watchStops(url);
    const posted = performance.now();
    expect(await postOver(url, stage.person(people), stage.room, "To all of you")).toBe(200);
    await expect.poll(() => crowd.every((client) => client.heard.get(stage.room)?.length === 1), SOON).toBe(true);
    const lastHeard = performance.now() - posted;
    const fanOutStop = await stopsOfOne.longest();
    measured("A20", `one message to ${sockets} sockets: the last heard it after ${Math.round(lastHeard)} ms (goal 1,500), and nobody else waited longer than ${Math.round(fanOutStop)} ms (goal 50)`, [lastHeard, 1_500], [fanOutStop, 50]);
    const stored = await stage.stored();
    expect(crowd.every((client) => client.heard.get(stage.room)?.[0]?.seq === stored[0]?.seq)).toBe(true);

    await using stops = await watchStops(url);
    for (const client of crowd) client.socket?.terminate();
    await expect.poll(() => held(url), SOON).toEqual(idle);
    // Who went is kept for a moment, lest a reload be told.
    await expect.poll(online, SOON).toBe(0);
    const stop = await stops.longest();
    measured("A21", `${sockets} sockets gone at once: nobody waited longer than ${Math.round(stop)} ms (goal 100); sockets, follows and presence back to 0`, [stop, 100]);
    expect(await postOver(url, stage.person(people), stage.room, "To nobody")).toBe(200);
  });

  test("[A22] that is cut off at once comes back by itself, spread out, and each has missed nothing", async () => {
    const { clients: count } = howMuch.reconnectStorm;
    const people = Math.ceil(count / (limits.socketsPerUser / 2));
    await using stage = await Stage.open({ people: people + 2 });
    const url = await stage.server().url();
    await using line = await layLine(url);
    await using clients = new AsyncDisposableStack();
    const crowd = Array.from({ length: count }, (_, n) => clients.use(new LeanClient({ url: line.url, guest: stage.person(n % people) })));
    for (let at = 0; at < count; at += AT_ONCE) await Promise.all(crowd.slice(at, at + AT_ONCE).map((client) => client.follow(stage.room)));
    const rssBefore = await numberOf(url, "tertulia_resident_memory_bytes");
    const survivor = clients.use(new LeanClient({ url, guest: stage.person(people) }));
    await survivor.follow(stage.room);

    const oracle = new Oracle();
    const acks: number[] = [];
    const says = async (content: string) => {
      oracle.sends(survivor.who, content);
      const sent = performance.now();
      await survivor.post(stage.room, content);
      acks.push(performance.now() - sent);
      oracle.hearsAcknowledged(content);
    };
    await says("before");
    await expect.poll(() => crowd.every((client) => client.heard.get(stage.room)?.length === 1), SOON).toBe(true);
    const cut = performance.now();
    const backAfter = crowd.map((client) => new Promise<number>((resolve) => (client.onOpen = () => resolve(performance.now() - cut))));
    line.cut();
    for (let n = 0; n < 20; n++) await says(`meanwhile ${n}`);
    const back = await Promise.all(backAfter);
    const stored = await stage.stored();
    await expect.poll(() => crowd.every((client) => client.heard.get(stage.room)?.length === stored.length), SOON).toBe(true);
    const rss = await numberOf(url, "tertulia_resident_memory_bytes");
    expect(oracle.verdict(stored, [...crowd, survivor].map((client) => client.view(stage.room)))).toEqual(flawless);
    expect(survivor.closes).toEqual([]);
    measured("A22", `${count} cut at once: 95 % back after ${Math.round(percentile(back, 0.95) / 1_000)} s (goal 60), all after ${Math.round(Math.max(...back) / 1_000)} s (goal 90); a survivor's acks p99 ${Math.round(percentile(acks, 0.99))} ms (goal 2,000), memory × ${(rss / rssBefore).toFixed(2)} (goal 2)`, [Math.max(...back), 90_000], [percentile(acks, 0.99), 2_000], [rss / rssBefore, 2]);
  });

  test("[A23] that talks steadily in many rooms is heard whole and in order in each", async () => {
    const { seconds, postsPerSecond, rooms, members } = howMuch.steadyLoad;
    await using stage = await Stage.open({ people: rooms * members, rooms, membersPerRoom: members });
    const url = await stage.server().url();
    await using clients = new AsyncDisposableStack();
    const seats = stage.people.map((guest, at) => ({ client: clients.use(new LeanClient({ url, guest })), room: stage.rooms[Math.floor(at / members)] ?? "" }));
    for (let at = 0; at < seats.length; at += AT_ONCE) await Promise.all(seats.slice(at, at + AT_ONCE).map(({ client, room }) => client.follow(room)));
    const books = new Map(stage.rooms.map((room) => [room, new Oracle()]));
    const sentAt = new Map<string, number>();
    const acks: number[] = [];
    const deliveries: number[] = [];
    for (const { client } of seats) client.onHeard = ({ content }) => deliveries.push(performance.now() - (sentAt.get(content) ?? 0));
    const failed: unknown[] = [];
    const posting: Promise<void>[] = [];
    const stop = atPace(postsPerSecond, (turn) => {
      // Each in turn says something, in their own room.
      const seat = seats[(turn * members + Math.floor(turn / rooms)) % seats.length];
      const oracle = books.get(seat?.room ?? "");
      if (!seat || !oracle) return;
      const content = `said ${turn}`;
      sentAt.set(content, performance.now());
      oracle.sends(seat.client.who, content);
      const answered = () => {
        acks.push(performance.now() - (sentAt.get(content) ?? 0));
        oracle.hearsAcknowledged(content);
      };
      posting.push(seat.client.post(seat.room, content).then(answered, (error: unknown) => void failed.push(error)));
    });
    await untilPassed(performance.now() + seconds * 1_000);
    stop();
    await Promise.all(posting);
    expect(failed).toEqual([]);
    for (const [room, oracle] of books) {
      const stored = await stage.stored(room);
      const here = seats.filter((seat) => seat.room === room);
      await expect.poll(() => here.every(({ client }) => client.heard.get(room)?.length === stored.length), SOON).toBe(true);
      expect(oracle.verdict(stored, here.map(({ client }) => client.view(room)))).toEqual(flawless);
    }
    const [p50, p99, heard] = [Math.round(percentile(acks, 0.5)), Math.round(percentile(acks, 0.99)), Math.round(percentile(deliveries, 0.99))];
    measured("A23", `${postsPerSecond} posts/s over ${rooms} rooms × ${members} for ${seconds} s: ack p50 ${p50} ms (goal 50), p99 ${p99} ms (goal 250), heard p99 ${heard} ms (goal 400), errors 0`, [p50, 50], [p99, 250], [heard, 400]);
  });

  test("[A42] that comes and goes for a long time leaves nothing behind", async () => {
    const { minutes, clients: count, everyMs } = howMuch.soak;
    await using stage = await Stage.open({ people: count });
    const server = stage.server();
    const url = await server.url();
    const ends = performance.now() + minutes * 60_000;
    const idle = { sockets: await numberOf(url, "tertulia_sockets"), descriptors: server.descriptors };
    const memory: { at: number; bytes: number }[] = [];
    let rounds = 0;
    do {
      const began = performance.now();
      await using clients = new AsyncDisposableStack();
      const crowd = stage.people.map((guest) => clients.use(new LeanClient({ url, guest, comesBack: false })));
      await Promise.all(crowd.map((client) => client.follow(stage.room)));
      await crowd[rounds % count]?.post(stage.room, `round ${rounds}`);
      await expect.poll(() => crowd.every((client) => client.heard.get(stage.room)?.length === 1), SOON).toBe(true);
      await clients.disposeAsync();
      await expect.poll(() => numberOf(url, "tertulia_sockets"), SOON).toBe(idle.sockets);
      memory.push({ at: performance.now(), bytes: await numberOf(url, "tertulia_resident_memory_bytes") });
      rounds++;
      await untilPassed(began + everyMs);
    } while (performance.now() < ends);
    await expect.poll(() => server.descriptors, SOON).toBeLessThanOrEqual(idle.descriptors + 15);
    // The first half is warming up.
    const settled = memory.slice(Math.floor(memory.length / 2));
    const slope = slopeOf(settled) * 10 * 60_000;
    measured("A42", `${rounds} rounds of ${count} clients in ${minutes} min: sockets ${idle.sockets}, descriptors ${idle.descriptors} → ${server.descriptors}, resident memory ${(slope / 1e6).toFixed(1)} MB per 10 min (goal: heap 1)`, [isSoak ? slope : 0, 5e6]);
  });
});

/** Of the line through these points, in bytes a millisecond. */
function slopeOf(points: readonly { at: number; bytes: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [x, y] = [mean(points.map(({ at }) => at)), mean(points.map(({ bytes }) => bytes))];
  const spread = points.reduce((sum, { at }) => sum + (at - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, { at, bytes }) => sum + (at - x) * (bytes - y), 0) / spread;
}
