import { expect, test } from "vitest";
import { findStamps, stampedContent, stampNow } from "./stamp.ts";

test("what is posted bears the time at which it was", () => {
  const before = stampNow();
  const found: number[] = [];
  expect(findStamps(Buffer.from(stampedContent()), (stamp) => found.push(stamp))).toBe(0);
  expect(found).toHaveLength(1);
  expect(found[0]).toBeGreaterThanOrEqual(before);
  expect(found[0]).toBeLessThanOrEqual(stampNow());
});

test("stamps are found however a stream is cut, and a frame's header isn't taken for one", () => {
  // 0x7e is the mark, and in a header says that a length follows.
  const header = Buffer.from([0x81, 0x7e, 0x01, 0x7e]);
  const stream = Buffer.concat([header, Buffer.from('{"content":"~000012345 a"},{"content":"~000067890 b"}'), header, Buffer.from("~999999999")]);
  for (let cut = 0; cut <= stream.length; cut++) {
    const found: number[] = [];
    const left = findStamps(stream.subarray(0, cut), (stamp) => found.push(stamp));
    expect(findStamps(stream.subarray(cut - left), (stamp) => found.push(stamp))).toBe(0);
    expect(found).toEqual([12_345, 67_890, 999_999_999]);
  }
});
