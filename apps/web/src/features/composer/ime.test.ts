import { describe, expect, it } from "vitest";
import { Ime } from "./ime";

const enter = { isComposing: false, keyCode: 13, timeStamp: 1_000 };

describe("[C1] Enter while an input method composes", () => {
  it("belongs to the input method when the browser says that it is composing", () => {
    expect(new Ime().owns({ ...enter, isComposing: true })).toBe(true);
  });

  it("belongs to the input method when all the browser tells is key code 229", () => {
    expect(new Ime().owns({ ...enter, keyCode: 229 })).toBe(true);
  });

  it("belongs to the input method when Safari has ended the composition just before", () => {
    const ime = new Ime();
    ime.compositionEnded({ timeStamp: 996 });
    expect(ime.owns(enter)).toBe(true);
  });

  it("is the writer's own once the composition is over", () => {
    const ime = new Ime();
    ime.compositionEnded({ timeStamp: 700 });
    expect(ime.owns(enter)).toBe(false);
    expect(new Ime().owns(enter)).toBe(false);
  });
});
