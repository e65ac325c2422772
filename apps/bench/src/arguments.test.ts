import { expect, test } from "vitest";
import { readArguments } from "./arguments.ts";

test("all rows run unless some are named, and a name that isn't there is told", () => {
  const rows = ["fan-out", "cpu", "ack"];
  expect(readArguments([], rows)).toEqual({ only: rows, rounds: 5, quick: false, profileTo: null });
  expect(readArguments(["--only=ack,cpu", "--quick", "--profile=./profiles"], rows)).toEqual({ only: ["ack", "cpu"], rounds: 1, quick: true, profileTo: "./profiles" });
  expect(readArguments(["--rounds=3"], rows)).toMatchObject({ rounds: 3 });
  expect(() => readArguments(["--only=akk"], rows)).toThrow("There is no row akk; there are fan-out, cpu, ack.");
});
