import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { MyPosition } from "@tertulia/model/reads";
import { Refusal } from "@tertulia/model/refusals";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { getInbox } from "../inbox/get-inbox.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { editMessage } from "../messages/edit-message.ts";
import { listMessages } from "../messages/list-messages.ts";
import { listMembers } from "../members/list-members.ts";
import { setRole } from "../members/set-role.ts";
import { joinRoom } from "../rooms/join-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { loadPosition } from "./load-position.ts";
import { markRead } from "./mark-read.ts";

/** What one of three people does; whom or what it concerns is picked by number from what there is then. */
interface Step {
  who: number;
  deed: "post" | "mention" | "delete" | "edit" | "read" | "read late" | "join" | "leave";
  which: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    who: fc.nat(2),
    deed: fc.constantFrom("post", "post", "mention", "delete", "edit", "read", "read late", "join", "leave"),
    which: fc.nat(1_000),
  }),
  { minLength: 5, maxLength: 40 },
);

/** The simplest possible memory of the room: what everyone should see as unread, kept by hand. */
class Remembered {
  messages: { id: Id; seq: number; author: Id; mentions: Id[]; deleted: boolean }[] = [];
  readonly positions = new Map<Id, number>();

  /** What someone should be told; nothing if they are out of the room. */
  of(userId: Id): Numbers | null {
    const lastReadSeq = this.positions.get(userId);
    if (lastReadSeq === undefined) return null;
    const past = this.messages.filter(({ seq, author, deleted }) => seq > lastReadSeq && author !== userId && !deleted);
    return { unread: past.length, mentions: past.filter(({ mentions }) => mentions.includes(userId)).length, lastReadSeq };
  }
}

type Numbers = Pick<MyPosition, "unread" | "mentions" | "lastReadSeq">;

const numbersOf = (told: Numbers | null | undefined): Numbers | null => (told ? { unread: told.unread, mentions: told.mentions, lastReadSeq: told.lastReadSeq } : null);

describe.each(testDatabases())("unread on %s", (kind) => {
  let database: Database;
  let core: Core;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  test("[A25] is what a recount says, after every step of anything three people may do", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (walk) => {
        const { mira, tomas, wen, roomId } = await castIn(core);
        // All own the room, so that anyone may leave and any message may be taken back by anyone.
        await joinRoom(core, wen, { roomId });
        for (const { user } of [tomas, wen]) await setRole(core, mira, { roomId, userId: user.id, role: "OWNER" });
        const people = [mira, tomas, wen];
        const remembered = new Remembered();
        for (const { user, lastReadSeq } of (await listMembers(core, mira, { roomId })).items) remembered.positions.set(user.id, lastReadSeq);

        for (const step of walk) {
          await take(step, people, roomId, remembered);
          const expected = people.map(({ user }) => remembered.of(user.id));
          expect(await Promise.all(people.map(async ({ user }) => numbersOf(await loadPosition(core.db, roomId, user.id))))).toEqual(expected);
          expect(await Promise.all(people.map(async (who) => numbersOf((await getInbox(core, who)).items[0])))).toEqual(expected);
        }
      }),
      { numRuns: 20 },
    );
  });

  async function take({ who, deed, which }: Step, people: Actor[], roomId: Id, remembered: Remembered): Promise<void> {
    const [actor, other] = [people[who], people[which % 3]];
    if (!actor || !other) throw new Error("nobody does anything");
    const message = remembered.messages[which % Math.max(1, remembered.messages.length)];
    try {
      switch (deed) {
        case "post":
        case "mention": {
          const { id, seq, mentions } = await say(core, actor, roomId, deed === "post" ? "Tea?" : `@${other.user.username}`);
          remembered.messages.push({ id, seq, author: actor.user.id, mentions, deleted: false });
          return;
        }
        case "delete":
          if (!message) return;
          await deleteMessage(core, actor, { messageId: message.id });
          message.deleted = true;
          return;
        case "edit":
          if (!message) return;
          message.mentions = (await editMessage(core, actor, { messageId: message.id, content: `@${other.user.username}` })).mentions;
          return;
        case "read":
        case "read late": {
          const { headSeq } = await listMessages(core, actor, { roomId, limit: 1 });
          const seq = deed === "read" ? headSeq : which % (headSeq + 1);
          await markRead(core, actor, { roomId, seq });
          remembered.positions.set(actor.user.id, Math.max(remembered.positions.get(actor.user.id) ?? 0, seq));
          return;
        }
        case "join": {
          const { lastReadSeq } = await joinRoom(core, actor, { roomId });
          remembered.positions.set(actor.user.id, lastReadSeq);
          return;
        }
        case "leave":
          await leaveRoom(core, actor, { roomId });
          remembered.positions.delete(actor.user.id);
      }
    } catch (error) {
      // What isn't allowed changes nothing, as the recount shows.
      if (!(error instanceof Refusal)) throw error;
    }
  }
});
