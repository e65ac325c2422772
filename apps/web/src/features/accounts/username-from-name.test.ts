import { Username } from "@tertulia/model/users";
import { describe, expect, it } from "vitest";
import { usernameFromName } from "./username-from-name";

describe("the user name made from a name", () => {
  it.each([
    ["Mira Solano", "mira.solano"],
    ["  Inés   Prado ", "inés.prado"],
    ["文佳怡", "文佳怡"],
    ["Ｗｅｎ", "wen"],
    ["O’Brien, Tom", "o.brien.tom"],
    ["_under", "under"],
    ["🦜", "guest"],
    ["林", "林1"],
  ])("of %j is %j", (name, username) => {
    expect(usernameFromName(name)).toBe(username);
    expect(Username.safeParse(username).success).toBe(true);
  });

  it("takes a number when it is taken, and stays within 32 characters", () => {
    expect(usernameFromName("Mira", 3)).toBe("mira3");
    const long = usernameFromName("ab ".repeat(30), 12);
    expect(long.length).toBeLessThanOrEqual(32);
    expect(long.endsWith("12")).toBe(true);
    expect(Username.safeParse(long).success).toBe(true);
  });
});
