import { describe, expect, it } from "vitest";
import { pathOfPanel, pathOfRoom, placeOf } from "./place";

const roomId = "0198f2a0-0000-7000-8000-000000000001";

describe("the place an address names", () => {
  it("is a room, with its panel or without", () => {
    expect(placeOf(pathOfRoom(roomId))).toEqual({ at: "room", roomId, panel: false });
    expect(placeOf(pathOfPanel(roomId))).toEqual({ at: "room", roomId, panel: true });
    expect(placeOf(pathOfRoom(roomId.toUpperCase()))).toEqual({ at: "room", roomId, panel: false });
  });

  it.each(["/", "/rooms", "/rooms/abc", `/rooms/${roomId}/elsewhere`])("is home for %j", (path) => {
    expect(placeOf(path)).toEqual({ at: "home" });
  });
});
