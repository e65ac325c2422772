import { silentLog } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import type { Actor } from "@tertulia/model/actor";
import type { Refusal } from "@tertulia/model/refusals";
import { forEveryRole } from "@tertulia/testing/for-every-role";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { expect, test } from "vitest";
import type { Caller } from "../accounts/caller.ts";
import { RequestBudget } from "./request-budget.ts";

const clock = new MovableClock();
const from = (ip: string | null): Caller => ({ ip, userAgent: null, kind: "api" });
const mira: Actor = { user: { id: "mira", username: "mira", displayName: "Mira", avatarUrl: null, kind: "human" }, role: "USER", sessionId: "session", sessionExpiresAt: 0 };

function budgetOf(requestsPerMinute: number) {
  const settings = { postsPerMinute: forEveryRole(1), requestsPerMinute, changesPerMinute: 1, roomsPerHour: 1, registrationOpen: true, setupCode: null, nodeId: "here", alone: true };
  return new RequestBudget({ bus: new MemoryBus({ clock, log: silentLog }), clock, settings });
}

test("a person has the same budget wherever they ask from, and is told what is left of it", async () => {
  const budget = budgetOf(3);
  expect(await budget.take(mira, from("198.51.100.7"))).toEqual({ limit: 3, remaining: 2, resetMs: 60_000 });
  expect(await budget.take(mira, from("127.0.0.1"), 2)).toMatchObject({ limit: 3, remaining: 0 });
  const refusal: Refusal = await budget.take(mira, from(null)).then(() => Promise.reject(new Error("It was granted.")), (error) => error);
  const { retryAfterMs, resetAt } = refusal.details;
  expect(refusal).toMatchObject({ code: "RATE_LIMITED", details: { limit: 3 } });
  expect(retryAfterMs).toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000);
  expect(resetAt).toBe(new Date(clock.now() + Number(retryAfterMs)).toISOString());
});

test("[B27] whoever says nobody's name has half of it with all others of their address, which of IPv6 is the /64", async () => {
  const budget = budgetOf(4);
  await budget.take(null, from("2001:db8::1"));
  expect(await budget.take(null, from("2001:db8::2"))).toMatchObject({ limit: 2, remaining: 0 });
  await expect(budget.take(null, from("2001:db8::3"))).rejects.toMatchObject({ code: "RATE_LIMITED", details: { limit: 2 } });
  expect(await budget.take(null, from("2001:db8:0:1::1"))).toMatchObject({ remaining: 1 });
});

test("this machine's own addresses and unknown ones have no bounds", async () => {
  const budget = budgetOf(2);
  for (const ip of ["127.0.0.1", "127.0.0.1", "::1", "::1", null, null]) expect(await budget.take(null, from(ip))).toBeNull();
});
