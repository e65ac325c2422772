import { afterEach, expect, it, vi } from "vitest";
import { type FeedObserver, keepFollowing } from "./keep-following.ts";
import { createPatience } from "./patience.ts";

afterEach(() => vi.restoreAllMocks());

const refusal = (code: string) => ({ data: { refusal: { code, message: "", details: {}, requestId: "r" } } });

/** A feed whose server refuses it, so many times, and then takes it. */
function follow(code: string, times: number, refused?: (error: unknown) => void) {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const taken = Promise.withResolvers<void>();
  let tries = 0;
  const subscribe = (observer: FeedObserver<string>) => {
    if (++tries > times) taken.resolve();
    else queueMicrotask(() => observer.onError(refusal(code)));
    return { unsubscribe() {} };
  };
  keepFollowing<string>({ subscribe, heard() {}, ...(refused && { refused }) }, createPatience());
  return { taken: taken.promise, tries: () => tries };
}

it("a server in trouble is asked again, however often it was before", async () => {
  const refused = vi.fn<() => void>();
  await follow("INTERNAL", 10, refused).taken;
  expect(refused).not.toHaveBeenCalled();
});

it("what can't be followed is told", async () => {
  const told = Promise.withResolvers<unknown>();
  const { tries } = follow("ROOM_NOT_FOUND", 10, told.resolve);
  expect(await told.promise).toEqual(refusal("ROOM_NOT_FOUND"));
  expect(tries()).toBe(1);
});

it("what nobody is told of is begun again, whatever the server said", async () => {
  const { taken, tries } = follow("VALIDATION_FAILED", 3);
  await taken;
  expect(tries()).toBe(4);
});
