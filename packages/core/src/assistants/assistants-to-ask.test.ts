import type { AssistantMode } from "@tertulia/model/assistants";
import type { RoomKind } from "@tertulia/model/rooms";
import { expect, test } from "vitest";
import { assistantsToAsk } from "./assistants-to-ask.ts";

const QUILL = "0198a000-0000-7000-8000-00000000000a";
const INK = "0198a000-0000-7000-8000-00000000000b";
const MIRA = "0198a000-0000-7000-8000-00000000000c";

const room = (kind: RoomKind, roomMode: AssistantMode, quillMode: AssistantMode = "mention") => ({
  kind,
  settings: { assistantMode: roomMode, whoCanPost: "everyone" as const, slowModeSeconds: 0 },
  assistants: [
    { id: QUILL, mode: quillMode },
    { id: INK, mode: "mention" as const },
  ],
});

test("in a room only those are asked whom the message mentions", () => {
  expect(assistantsToAsk(room("room", "mention"), [], null)).toEqual([]);
  expect(assistantsToAsk(room("room", "mention"), [MIRA], null)).toEqual([]);
  expect(assistantsToAsk(room("room", "mention"), [QUILL, MIRA], null)).toEqual([QUILL]);
  expect(assistantsToAsk(room("room", "mention"), [INK, QUILL], null)).toEqual([QUILL, INK]);
});

test("a reply to an assistant asks it", () => {
  expect(assistantsToAsk(room("room", "mention"), [], INK)).toEqual([INK]);
  expect(assistantsToAsk(room("room", "mention"), [], MIRA)).toEqual([]);
});

test("in an assistant chat and in a direct message every message asks", () => {
  expect(assistantsToAsk(room("assistant", "mention"), [], null)).toEqual([QUILL, INK]);
  expect(assistantsToAsk(room("dm", "mention"), [], null)).toEqual([QUILL, INK]);
});

test("a room or an assistant that always speaks is asked by every message", () => {
  expect(assistantsToAsk(room("room", "always"), [], null)).toEqual([QUILL, INK]);
  expect(assistantsToAsk(room("room", "mention", "always"), [], null)).toEqual([QUILL]);
});

test("a room or an assistant that is off is never asked", () => {
  expect(assistantsToAsk(room("room", "off"), [QUILL], QUILL)).toEqual([]);
  expect(assistantsToAsk(room("assistant", "mention", "off"), [], null)).toEqual([INK]);
});
