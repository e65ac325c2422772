import type { RefusalCode } from "@tertulia/model/refusals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createReadMarker } from "./read-marker.ts";

const refused = (code: RefusalCode) => Object.assign(new Error(code), { data: { refusal: { code, message: code, details: {}, requestId: "r" } } });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("tells the furthest only, at most once a second", async () => {
  const tell = vi.fn<(seq: number) => Promise<void>>(async () => {});
  const reader = createReadMarker(tell, () => true);
  for (const seq of [1, 3, 2]) reader.mark(seq);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell.mock.calls).toEqual([[1], [3]]);
});

it("tells what was refused for good once, and what I read after it", async () => {
  const tell = vi.fn<(seq: number) => Promise<void>>(async () => {
    throw refused("ROOM_NOT_FOUND");
  });
  const reader = createReadMarker(tell, () => true);
  reader.mark(5);
  await vi.advanceTimersByTimeAsync(60_000);
  reader.goOn();
  expect(tell.mock.calls).toEqual([[5]]);
  reader.mark(6);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell.mock.calls).toEqual([[5], [6]]);
});

it("tells again what was refused for now, however long the refusal took", async () => {
  const tell = vi.fn<(seq: number) => Promise<void>>(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    if (tell.mock.calls.length < 3) throw refused("UNAVAILABLE");
  });
  const reader = createReadMarker(tell, () => true);
  reader.mark(5);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell.mock.calls).toEqual([[5], [5], [5]]);
});

it("tells after a break what wasn't told in it", async () => {
  let isOnline = true;
  const tell = vi.fn<(seq: number) => Promise<void>>(async () => {
    isOnline = false;
    throw new Error("WebSocket closed");
  });
  const reader = createReadMarker(tell, () => isOnline);
  reader.mark(5);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell.mock.calls).toEqual([[5]]);
  isOnline = true;
  reader.goOn();
  expect(tell.mock.calls).toEqual([[5], [5]]);
});

it("tells nothing again once it is closed", async () => {
  const tell = vi.fn<(seq: number) => Promise<void>>(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    throw refused("UNAVAILABLE");
  });
  const reader = createReadMarker(tell, () => true);
  reader.mark(5);
  await vi.advanceTimersByTimeAsync(3_000);
  reader.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell.mock.calls).toEqual([[5]]);
});
