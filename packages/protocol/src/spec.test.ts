import { readFileSync } from "node:fs";
import { refusalCodes } from "@tertulia/model/refusals";
import { expect, test } from "vitest";
import { z } from "zod";
import { ClientFrame, type ServerFrameType } from "./frames.ts";

const page = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8");

// A kind of frame that isn't named here doesn't compile.
const serverTypes = Object.keys({
  pong: 1, join_success: 1, leave_success: 1, message_received: 1, presence: 1, resumed: 1, error: 1,
  message: 1, message_updated: 1, message_deleted: 1, reaction_added: 1, reaction_removed: 1, pin_added: 1, pin_removed: 1,
  user_joined: 1, user_left: 1, member_updated: 1, room_updated: 1, room_deleted: 1,
  assistant_started: 1, assistant_completed: 1, assistant_stopped: 1, assistant_failed: 1,
  user_typing: 1, message_read: 1, presence_update: 1, assistant_delta: 1, room_joined: 1, room_left: 1, system: 1,
} satisfies Record<ServerFrameType, 1>);
const clientTypes = ClientFrame.options.map(({ shape }) => shape.type.value);

const Sample = z.object({ type: z.string(), id: z.string(), timestamp: z.string(), data: z.record(z.string(), z.unknown()) });
/** Those of the page's JSON blocks, of which some take several lines. */
const samples = [...page.matchAll(/^```json\n([^`]*)```/gm)].flatMap(([, block = ""]) => block.split(/\n(?=\{)/).map((text) => Sample.parse(JSON.parse(text))));

test("the specification shows every frame", () => {
  const shown = new Set(samples.map(({ type }) => type));
  expect([...clientTypes, ...serverTypes].filter((type) => !shown.has(type))).toEqual([]);
  expect([...shown].filter((type) => !clientTypes.some((known) => known === type) && !serverTypes.includes(type))).toEqual([]);
});

test("what it shows a client to send is taken", () => {
  const sent = samples.filter(({ timestamp, data, type }) => timestamp !== "…" && clientTypes.some((known) => known === type) && !("message" in data));
  expect(new Set(sent.map(({ type }) => type))).toEqual(new Set(clientTypes));
  for (const frame of sent) expect(ClientFrame.safeParse(frame).error).toBeUndefined();
});

test("[X2] it names every code of a refusal, and no other", () => {
  const listed = /\*\*X2\*\* The closed list:([^.]*)\./.exec(page)?.[1]?.match(/[A-Z][A-Z_]+/g);
  expect(listed).toEqual([...refusalCodes]);
});
