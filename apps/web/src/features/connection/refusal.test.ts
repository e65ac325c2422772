import { describe, expect, it } from "vitest";
import { refusalOf, secondsToWait } from "./refusal";

describe("a refusal as the app reads it", () => {
  it("keeps the code, the details and the request to ask about", () => {
    const refusal = { code: "CONFLICT", message: "taken", details: { field: "username", inner: {} }, requestId: "r-1" };
    expect(refusalOf({ data: { code: "CONFLICT", refusal } })).toEqual({ code: "CONFLICT", details: { field: "username" }, requestId: "r-1" });
  });

  it("is NO_CONNECTION when nothing of a server is in it", () => {
    expect(refusalOf(new TypeError("fetch failed")).code).toBe("NO_CONNECTION");
  });

  it("is INTERNAL when the server failed without a word from the closed list", () => {
    expect(refusalOf({ data: { code: "INTERNAL_SERVER_ERROR" } }).code).toBe("INTERNAL");
    expect(refusalOf({ data: { code: "BAD_REQUEST", refusal: { code: "toString" } } }).code).toBe("INTERNAL");
  });

  it("asks to wait whole seconds when it is a rate limit, and never when it is not", () => {
    expect(secondsToWait({ code: "RATE_LIMITED", details: { retryAfterMs: 11_200 }, requestId: null })).toBe(12);
    expect(secondsToWait({ code: "CONFLICT", details: { retryAfterMs: 11_200 }, requestId: null })).toBe(0);
  });
});
