import { expect, test } from "vitest";
import { describeError } from "./describe-error.ts";

test("an error is told with its kind, place and cause", () => {
  const cause = Object.assign(new TypeError("inner"), { code: "EINNER" });
  expect(describeError(new Error("outer", { cause }))).toEqual({
    type: "Error",
    message: "outer",
    stack: expect.stringContaining("describe-error.test.ts"),
    cause: { type: "TypeError", message: "inner", stack: expect.any(String), code: "EINNER" },
  });
});

test("the rows and parameters that a database adds are left out", () => {
  const broken = Object.assign(new Error("duplicate key"), { code: "23505", detail: "Key (email)=(mira@tertulia.test)", parameters: ["Tea?"], query: "insert …", where: "Tea?" });
  expect(JSON.stringify(describeError(broken))).not.toMatch(/mira|Tea/);
  expect(describeError(broken).code).toBe("23505");
});

test("what isn't an error says no more than what it is", () => {
  expect(describeError("Tea?")).toEqual({ type: "string", message: "Not an error" });
});
