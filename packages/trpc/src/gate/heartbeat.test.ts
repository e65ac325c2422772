import { limits } from "@tertulia/model/limits";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { describe, expect, test } from "vitest";
import { type Beating, Heartbeat } from "./heartbeat.ts";

/** A connection whose other side does as a test says. */
class Peer implements Beating {
  heardAt: number;
  unsent = { bytes: 0, taken: 0 };
  pings: number[] = [];
  closed: "no" | "silent" | "slow" = "no";
  answers = true;
  readonly #clock: MovableClock;

  constructor(clock: MovableClock) {
    this.#clock = clock;
    this.heardAt = clock.now();
  }

  ping(): void {
    this.pings.push(this.#clock.now());
    if (this.answers) this.heardAt = this.#clock.now();
  }

  closeAsSilent(): void {
    this.closed = "silent";
  }

  closeAsTooSlow(): void {
    this.closed = "slow";
  }
}

function withPeers(count: number) {
  const clock = new MovableClock(0);
  const heartbeat = new Heartbeat(clock);
  const peers = Array.from({ length: count }, () => new Peer(clock));
  const leave = peers.map((peer) => heartbeat.add(peer));
  return { clock, heartbeat, peers, leave };
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

  test("closes whoever falls silent within 35 s, from wherever between two pings", () => {
    for (let second = 0; second < 25; second++) {
      const { clock, peers } = withPeers(20);
      clock.move(50_000 + second * 1_000);
      for (const peer of peers) {
        peer.heardAt = clock.now();
        peer.answers = false;
      }
      clock.move(limits.socketSilenceMs);
      expect(new Set(peers.map(({ closed }) => closed))).toEqual(new Set(["silent"]));
    }
  });

  test("spreads the pings of many: no second has more than its share twice over", () => {
    const { clock, peers } = withPeers(10_000);
    clock.move(25_000);
    const bySecond = Object.groupBy(peers, ({ pings }) => String(pings[0]));
    for (const second of Object.values(bySecond)) expect(second?.length).toBeLessThan((10_000 / 25) * 2);
  });

  test("forgets who left", () => {
    const { clock, peers, leave } = withPeers(1);
    leave[0]?.();
    clock.move(60_000);
    expect(peers[0]?.pings).toEqual([]);
  });
});

describe("[L3] a connection that takes nothing", () => {
  test("is let go within two looks of 10 s, one that takes a little is not", () => {
    const { clock, peers } = withPeers(2);
    const [stalled, slow] = peers;
    if (!stalled || !slow) throw new Error("no peers");
    stalled.unsent = { bytes: 1_000, taken: 5_000 };
    for (let second = 0; second < 20; second++) {
      slow.unsent = { bytes: 1_000, taken: 5_000 + second };
      clock.move(1_000);
    }
    expect(stalled.closed).toBe("slow");
    expect(slow.closed).toBe("no");
  });
});
