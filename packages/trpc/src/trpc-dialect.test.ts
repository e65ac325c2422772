import { expect, test } from "vitest";
import { textFrame } from "@tertulia/gate/text-frame";
import { trpcDialect } from "./trpc-dialect.ts";

const framed = (frame: object) => textFrame(Buffer.from(JSON.stringify(frame)));

test("events are tracked by the seq of the last of them", () => {
  const frameFor = trpcDialect.encode({ kind: "messages", id: 7, items: [] });
  expect(frameFor("3")).toEqual(framed({ id: 3, result: { type: "data", id: "7", data: { id: "7", data: [] } } }));
});

test("what fades is not tracked", () => {
  const items = [{ userId: "u", username: "tomas", typing: true }];
  expect(trpcDialect.encode({ kind: "typing", items })('"a"')).toEqual(framed({ id: "a", result: { type: "data", data: items } }));
});

test("followers with the same request id share one buffer", () => {
  const frameFor = trpcDialect.encode({ kind: "messages", id: 7, items: [] });
  expect(frameFor("3")).toBe(frameFor("3"));
  expect(frameFor("4")).not.toEqual(frameFor("3"));
});

test("of a large batch, frames aren't kept for each of the ids that one follower makes up", () => {
  const frameFor = trpcDialect.encode({ kind: "typing", items: [{ userId: "u", username: "x".repeat(3_000_000), typing: true }] });
  const first = frameFor("1");
  expect(frameFor("1")).toBe(first);
  frameFor("2");
  expect(frameFor("1")).not.toBe(first);
  expect(frameFor("1").equals(first)).toBe(true);
});
