import { getRun } from "@tertulia/core/assistants/get-run";
import type { Id } from "@tertulia/model/ids";
import { expect } from "vitest";
import { says, saysWhenTold } from "../model-server/scripts.ts";
import { can, type Deed, type Door, hears, type Visit } from "./door.ts";
import { type Ear, type FactKind, hear, heardBy } from "./facts.ts";
import type { House } from "./house.ts";

/** What a story is told with: mira listens in a room of hers, and everyone came in by the door where things are done. */
export interface Scene {
  house: House;
  room: Id;
  ear: Ear;
  mira: Visit;
  tomas: Visit;
  wen: Visit;
}

/** Something done through one door and heard through another. */
export interface Story {
  title: string;
  does: Deed;
  tells: FactKind;
  isPrivate?: boolean;
  withQuill?: boolean;
  /** Resolves when all of it was heard. */
  tell(scene: Scene): Promise<void>;
}

const stories: readonly Story[] = [
  {
    title: "[M1] [M2] a message comes as it was posted",
    does: "post", tells: "posted",
    async tell({ house, tomas, room, ear }) {
      const metadata = { sugar: 2, with: ["milk", { kind: "oat" }] };
      const posted = await tomas.post(room, "Tea? 茶 🫖", { clientId: `first-of-${room}`, type: "markdown", metadata });
      const { message } = await heardBy(ear, "posted");
      const authorId = house.cast.tomas.account.id;
      expect(message).toEqual({
        ...posted, roomId: room, clientId: `first-of-${room}`, authorId, type: "markdown", content: "Tea? 茶 🫖", metadata,
        replyToId: null, isEdited: false, createdAt: expect.any(Number),
      });
    },
  },
  {
    title: "[M5] ten thousand Chinese characters come whole",
    does: "post", tells: "posted",
    async tell({ tomas, room, ear }) {
      await tomas.post(room, "汉".repeat(10_000));
      expect((await heardBy(ear, "posted")).message.content).toBe("汉".repeat(10_000));
    },
  },
  {
    title: "[M7] a reply comes with what it replies to",
    does: "post", tells: "posted",
    async tell({ mira, tomas, room, ear }) {
      const { id } = await mira.post(room, "Tea?");
      const reply = await tomas.post(room, "Yes", { replyToId: id });
      expect((await heardBy(ear, "posted", ({ message }) => message.id === reply.id)).message.replyToId).toBe(id);
    },
  },
  {
    title: "[M9] an edit comes with the new words in the old place",
    does: "edit", tells: "edited",
    async tell({ tomas, room, ear }) {
      const posted = await tomas.post(room, "Tee?");
      const { message } = await heardBy(ear, "posted");
      await tomas.edit(posted.id, "Tea?");
      await hear(ear, { kind: "edited", message: { ...message, content: "Tea?", isEdited: true } });
    },
  },
  {
    title: "[M9] a deletion comes",
    does: "deleteMessage", tells: "deleted",
    async tell({ tomas, room, ear }) {
      const { id } = await tomas.post(room, "Never mind");
      await heardBy(ear, "posted");
      await tomas.deleteMessage(id);
      await hear(ear, { kind: "deleted", messageId: id });
    },
  },
  {
    title: "[M9] a reaction comes, and that it was taken back",
    does: "react", tells: "reacted",
    async tell({ house, tomas, room, ear }) {
      const { id: messageId } = await tomas.post(room, "Tea?");
      await heardBy(ear, "posted");
      const userId = house.cast.tomas.account.id;
      await tomas.react(messageId, "🫖");
      await hear(ear, { kind: "reacted", messageId, emoji: "🫖", userId });
      await tomas.takeReactionBack(messageId, "🫖");
      await hear(ear, { kind: "reaction taken back", messageId, emoji: "🫖", userId });
    },
  },
  {
    title: "[J1] [J2] [J5] who joins and leaves is told once, with how many there are then",
    does: "join", tells: "joined", isPrivate: false,
    async tell({ house, wen, room, ear }) {
      const userId = house.cast.wen.account.id;
      expect(await wen.join(room)).toBe(4);
      await hear(ear, { kind: "joined", userId, memberCount: 4 });
      expect(await wen.join(room)).toBe(4);
      await wen.leave(room);
      await hear(ear, { kind: "left", userId, memberCount: 3 });
      expect((await ear.facts()).map(({ kind }) => kind)).toEqual(["joined", "left"]);
    },
  },
  {
    title: "someone is added and removed",
    does: "addMember", tells: "joined",
    async tell({ house, mira, room, ear }) {
      const userId = house.cast.wen.account.id;
      await mira.addMember(room, userId);
      await hear(ear, { kind: "joined", userId, memberCount: 4 });
      await mira.removeMember(room, userId);
      await hear(ear, { kind: "left", userId, memberCount: 3 });
    },
  },
  {
    title: "[J6] a new name of the room is told",
    does: "renameRoom", tells: "renamed",
    async tell({ mira, room, ear }) {
      await mira.renameRoom(room, "Coffee");
      await hear(ear, { kind: "renamed", title: "Coffee" });
    },
  },
  {
    title: "[T1] who types is told, and when they cease",
    does: "startTyping", tells: "typing",
    async tell({ house, tomas, room, ear }) {
      const userId = house.cast.tomas.account.id;
      await tomas.startTyping(room);
      await hear(ear, { kind: "typing", userId, typing: true });
      await tomas.stopTyping(room);
      await hear(ear, { kind: "typing", userId, typing: false });
    },
  },
  {
    title: "[R1] [R2] who has read how far is told",
    does: "read", tells: "read", withQuill: false,
    async tell({ house, mira, tomas, room, ear }) {
      const { id, seq } = await mira.post(room, "Read me");
      await heardBy(ear, "posted");
      await tomas.read({ roomId: room, id, seq });
      await hear(ear, { kind: "read", userId: house.cast.tomas.account.id, messageId: id });
    },
  },
  {
    title: "[AI1] a question is answered for everyone",
    does: "post", tells: "answered",
    async tell({ house, tomas, room, ear }) {
      house.models.script(says(["Green tea ", "wants 80 °C."]));
      await tomas.post(room, "@quill how hot?");
      const { messageId, assistantId } = await heardBy(ear, "answer began");
      expect(assistantId).toBe(house.cast.quill.id);
      await hear(ear, { kind: "answered", messageId, content: "Green tea wants 80 °C." });
    },
  },
  {
    title: "[AI2] whoever asked stops the answer, and what was said stays",
    does: "stopAnswer", tells: "answer stopped",
    async tell({ house, tomas, room, ear }) {
      const answer = saysWhenTold(["Once upon a time ", "there was"]);
      house.models.script(answer.script);
      await tomas.post(room, "@quill tell me a long one");
      const { messageId, runId } = await heardBy(ear, "answer began");
      await answer.next();
      await saidSoFar(house, runId, "Once upon a time ");
      await tomas.stopAnswer(room, runId);
      await hear(ear, { kind: "answer stopped", messageId, content: "Once upon a time " });
      answer.finish();
    },
  },
];

/** Has one story told in a room of its own; mira listens in it by what `enterAsMira` answers. */
export async function tellStory({ tell, isPrivate = true, withQuill = true }: Story, house: House, doing: Door, enterAsMira: () => Promise<Visit>): Promise<void> {
  const { cast } = house;
  const room = await house.newRoom({ isPrivate, memberIds: withQuill ? [cast.tomas.account.id, cast.quill.id] : [cast.tomas.account.id] });
  const [mira, tomas, wen] = await Promise.all([house.visit(doing, cast.mira), house.visit(doing, cast.tomas), house.visit(doing, cast.wen)]);
  using ear = await (await enterAsMira()).listen(room);
  await tell({ house, room, ear, mira, tomas, wen });
}

/** Those that can be done by the one door and heard through the other: what a door has no words for stands with it. */
export const storiesBetween = (doing: Door, hearing: Door): Story[] => stories.filter(({ does, tells }) => can(doing, does) && hears(hearing, tells));

/** Resolves when an answer has grown so far. */
async function saidSoFar(house: House, runId: Id, text: string): Promise<void> {
  await expect.poll(async () => (await getRun(house.core, house.cast.mira.actor, { runId })).text).toBe(text);
}
