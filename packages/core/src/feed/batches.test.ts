import type { RoomEvent } from "@tertulia/model/events";
import type { Message } from "@tertulia/model/messages";
import { expect, test } from "vitest";
import { deleted, ROOM } from "../../test/plain-listener.ts";
import { inParts } from "./batches.ts";

test("[A20] events go out a hundred at a time, and long messages in parts of 300,000 characters", () => {
  const posted = (seq: number, chars: number): RoomEvent => ({ ...deleted(seq), type: "message.posted", message: message("x".repeat(chars)) });
  const seqsOf = (events: RoomEvent[]) => inParts(events).map((part) => part.map(({ seq }) => seq));
  expect(seqsOf([posted(1, 200_000), posted(2, 100_000), posted(3, 1), posted(4, 400_000), posted(5, 1), deleted(6)])).toEqual([[1, 2], [3], [4], [5, 6]]);
  expect(seqsOf(Array.from({ length: 250 }, (_, index) => deleted(index + 1))).map((part) => part.length)).toEqual([100, 100, 50]);
  expect(seqsOf([])).toEqual([]);
});

const message = (content: string): Message => ({
  id: "m1",
  roomId: ROOM,
  seq: 1,
  clientId: null,
  author: { id: "mira", username: "mira", displayName: "Mira", avatarUrl: null, kind: "human" },
  role: "user",
  type: "text",
  content,
  metadata: {},
  replyTo: null,
  threadRootId: null,
  threadCount: 0,
  variants: [],
  attachments: [],
  reactions: [],
  mentions: [],
  mentionsRoom: false,
  status: "sent",
  run: null,
  editedAt: null,
  deletedAt: null,
  createdAt: "2026-11-20T10:00:00.000Z",
  updatedAt: "2026-11-20T10:00:00.000Z",
});
