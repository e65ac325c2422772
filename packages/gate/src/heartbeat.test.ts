import * as limits from "@tertulia/model/limits";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { describe, expect, test } from "vitest";
import { type Beating, Heartbeat } from "./heartbeat.ts";

/** A connection whose other side does as a test says. */
class Peer implements Beating {
  heardAt: number;
  sessionExpiresAt = Number.POSITIVE_INFINITY;
  unsent = 0;
  taken = 0;
  pings: number[] = [];
  closed: "no" | "silent" | "slow" | "over" = "no";
  answers = true;
  readonly #clock: MovableClock;

  constructor(clock: MovableClock) {
    this.#clock = clock;
    this.heardAt = clock.monotonic();
  }

  ping(): void {
    this.pings.push(this.#clock.monotonic());
    if (this.answers) this.heardAt = this.#clock.monotonic();
  }

  closeAsSilent(): void {
    this.closed = "silent";
  }

  closeAsTooSlow(): void {
    this.closed = "slow";
  }

  closeAsOver(): void {
    this.closed = "over";
  }
}

function withPeers(count: number) {
  const clock = new MovableClock(0);
  const heartbeat = new Heartbeat(clock);
  const peers = Array.from({ length: count }, () => new Peer(clock));
  for (const peer of peers) heartbeat.add(peer);
  return { clock, heartbeat, peers };
}

describe("[E8] the heartbeat", () => {
  test("pings each connection every 25 s and lets those that answer be", () => {
    const { clock, peers } = withPeers(10);
    clock.move(100_000);
    for (const { pings, closed } of peers) {
      expect(pings).toHaveLength(4);
      expect(pings[1]).toBe((pings[0] ?? 0) + limits.socketPingMs);
      expect(closed).toBe("no");
    }
  });

  test("[A14] closes whoever falls silent within 35 s, from wherever between two pings", () => {
    for (let second = 0; second < 25; second++) {
      const { clock, peers } = withPeers(20);
      clock.move(50_000 + second * 1_000);
      for (const peer of peers) {
        peer.heardAt = clock.monotonic();
        peer.answers = false;
      }
      clock.move(limits.socketSilenceMs);
      expect(new Set(peers.map(({ closed }) => closed))).toEqual(new Set(["silent"]));
    }
  });

  test("[A19] spreads the pings: no second has more than a twentieth of them, also of few, and of those who stayed when others went", () => {
    const { clock, heartbeat, peers } = withPeers(2_000);
    for (const peer of peers.slice(0, 1_000)) heartbeat.remove(peer);
    const stayed = [...peers.slice(1_000), ...Array.from({ length: 100 }, () => new Peer(clock))];
    for (const late of stayed.slice(1_000)) heartbeat.add(late);
    clock.move(25_000);
    const bySecond = Object.groupBy(stayed, ({ pings }) => String(pings[0]));
    for (const second of Object.values(bySecond)) expect(second?.length).toBeLessThanOrEqual(stayed.length / 20);
  });

  test("[A40] takes nobody for silent when the wall clock is put forward or back", () => {
    const { clock, peers } = withPeers(20);
    for (const step of [3_600_000, -7_200_000]) {
      clock.set(step);
      clock.move(60_000);
    }
    for (const { closed, pings } of peers) expect([closed, pings.length > 3]).toEqual(["no", true]);
  });

  test("forgets who left", () => {
    const { clock, heartbeat, peers } = withPeers(1);
    for (const peer of peers) heartbeat.remove(peer);
    clock.move(60_000);
    expect(peers[0]?.pings).toEqual([]);
  });
});

describe("[L3] a connection that takes nothing", () => {
  test("is let go within two looks of 10 s, one that takes a little is not", () => {
    const { clock, peers } = withPeers(2);
    const [stalled, slow] = peers;
    if (!stalled || !slow) throw new Error("no peers");
    for (const peer of [stalled, slow]) peer.unsent = 1_000;
    for (let second = 0; second < 20; second++) {
      slow.taken = second;
      clock.move(1_000);
    }
    expect(stalled.closed).toBe("slow");
    expect(slow.closed).toBe("no");
  });
});

test("[auth A3] a connection whose session ends is closed within a second, by the wall clock: a session's end is an instant", () => {
  const { clock, peers } = withPeers(3);
  const [ends, goesOn, later] = peers;
  if (!ends || !goesOn || !later) throw new Error("no peers");
  ends.sessionExpiresAt = clock.now() + 10_000;
  later.sessionExpiresAt = clock.now() + 3_600_000;
  clock.move(9_000);
  expect(ends.closed).toBe("no");
  clock.move(1_000);
  expect([ends.closed, goesOn.closed, later.closed]).toEqual(["over", "no", "no"]);
  clock.set(3_600_000);
  clock.move(1_000);
  expect(later.closed).toBe("over");
});
