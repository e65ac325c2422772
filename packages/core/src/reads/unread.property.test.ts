import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import type { MyPosition, ThreadPosition } from "@tertulia/model/reads";
import { Refusal } from "@tertulia/model/refusals";
import { howMuch } from "@tertulia/testing/how-much";
import fc from "fast-check";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { getInbox } from "../inbox/get-inbox.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { editMessage } from "../messages/edit-message.ts";
import { listMessages } from "../messages/list-messages.ts";
import { loadThreadCounts } from "../messages/load-thread-counts.ts";
import { postMessage } from "../messages/post-message.ts";
import { listMembers } from "../members/list-members.ts";
import { joinRoom } from "../rooms/join-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { loadPosition } from "./load-position.ts";
import { loadThreadPosition } from "./load-thread-position.ts";
import { markRead } from "./mark-read.ts";

const LONG_RUN_MS = 30 * 60_000;

const deeds = [
  "post", "post", "mention", "mention all", "reply in thread", "reply in thread", "mention in thread", "delete", "edit", "edit to all",
  "read", "read late", "read thread", "read thread late", "join", "leave",
] as const;

/** What one of three people does; whom or what it concerns is picked by number from what there is then. */
interface Step {
  who: number;
  deed: (typeof deeds)[number];
  which: number;
}

const { runs, opsPerRun } = howMuch.unreadOps;
const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({ who: fc.nat(2), deed: fc.constantFrom(...deeds), which: fc.nat(1_000) }), { minLength: opsPerRun / 2, maxLength: opsPerRun });

interface RememberedMessage {
  id: Id;
  seq: Seq;
  author: Id;
  rootId: Id | null;
  mentions: Id[];
  mentionsRoom: boolean;
  deleted: boolean;
}

/** The simplest possible memory of the room: what everyone should see as unread, kept by hand. */
class Remembered {
  readonly messages: RememberedMessage[] = [];
  readonly positions = new Map<Id, Seq>();
  /** By root and user: how far those in a thread have read it. */
  readonly threads = new Map<Id, Map<Id, Seq>>();

  /** What someone should be told; nothing if they are out of the room. */
  of(userId: Id): Numbers | null {
    const lastReadSeq = this.positions.get(userId);
    if (lastReadSeq === undefined) return null;
    const unread = this.#saidByOthers(userId, null).filter(({ seq }) => seq > lastReadSeq);
    const inThreads = [...this.threads].flatMap(([rootId, readers]) => this.#saidByOthers(userId, rootId).filter(({ seq }) => seq > (readers.get(userId) ?? Infinity)));
    const mentions = [...unread, ...inThreads].filter((message) => message.mentionsRoom || message.mentions.includes(userId));
    return { unread: unread.length, mentions: mentions.length, lastReadSeq };
  }

  ofThread(rootId: Id, userId: Id): ThreadPosition {
    const lastReadSeq = this.threads.get(rootId)?.get(userId);
    if (lastReadSeq === undefined) return { rootId, unread: 0, lastReadSeq: 0 };
    return { rootId, unread: this.#saidByOthers(userId, rootId).filter(({ seq }) => seq > lastReadSeq).length, lastReadSeq };
  }

  /** The first few, so that their threads grow. */
  get roots(): RememberedMessage[] {
    return this.messages.filter(({ rootId }) => rootId === null).slice(0, 3);
  }

  repliesTo(root: Id): number {
    return this.messages.filter(({ rootId, deleted }) => rootId === root && !deleted).length;
  }

  said({ id, seq, author, threadRootId: rootId, mentions, mentionsRoom }: Message): void {
    this.messages.push({ id, seq, author: author.id, rootId, mentions, mentionsRoom, deleted: false });
    if (rootId === null) return;
    const root = this.messages.find((message) => message.id === rootId);
    this.#joinsThread(rootId, author.id, seq);
    for (const userId of [root?.author ?? author.id, ...mentions]) this.#joinsThread(rootId, userId, seq - 1);
  }

  edited(message: RememberedMessage, { mentions, mentionsRoom }: Message): void {
    Object.assign(message, { mentions, mentionsRoom });
    if (message.rootId !== null) for (const userId of mentions) this.#joinsThread(message.rootId, userId, message.seq - 1);
  }

  read(userId: Id, seq: Seq): void {
    this.positions.set(userId, Math.max(this.positions.get(userId) ?? 0, seq));
  }

  readThread(rootId: Id, userId: Id, seq: Seq): void {
    const before = this.threads.get(rootId)?.get(userId);
    if (before !== undefined) this.threads.get(rootId)?.set(userId, Math.max(before, seq));
  }

  left(userId: Id): void {
    this.positions.delete(userId);
    for (const readers of this.threads.values()) readers.delete(userId);
  }

  #joinsThread(rootId: Id, userId: Id, readTo: Seq): void {
    const readers = this.threads.get(rootId) ?? new Map<Id, Seq>();
    this.threads.set(rootId, readers);
    if (this.positions.has(userId) && !readers.has(userId)) readers.set(userId, readTo);
  }

  #saidByOthers(userId: Id, rootId: Id | null): RememberedMessage[] {
    return this.messages.filter((message) => message.rootId === rootId && message.author !== userId && !message.deleted);
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

  test("[A25] is what a recount says, in the room and in its threads, after every step of anything three people may do", { timeout: LONG_RUN_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (walk) => {
        const { mira, tomas, wen, roomId } = await castIn(core);
        // All own the room, so that anyone may leave and any message may be taken back by anyone.
        await joinRoom(core, wen, { roomId });
        await core.db.updateTable("room_members").set({ role: "OWNER" }).where("room_id", "=", roomId).execute();
        const people = [mira, tomas, wen];
        const remembered = new Remembered();
        for (const { user, lastReadSeq } of (await listMembers(core, mira, { roomId })).items) remembered.positions.set(user.id, lastReadSeq);

        for (const step of walk) {
          await take(step, people, roomId, remembered);
          const expected = people.map(({ user }) => remembered.of(user.id));
          expect(await Promise.all(people.map(async ({ user }) => numbersOf(await loadPosition(core.db, roomId, user.id))))).toEqual(expected);
          expect(await Promise.all(people.map(async (who) => numbersOf((await getInbox(core, who)).items[0])))).toEqual(expected);
          for (const { id } of remembered.roots) {
            expect(await Promise.all(people.map(({ user }) => loadThreadPosition(core.db, id, user.id)))).toEqual(people.map(({ user }) => remembered.ofThread(id, user.id)));
          }
        }
        const roots = remembered.roots.map(({ id }) => id);
        expect(await loadThreadCounts(core.db, roots)).toEqual(new Map(roots.map((id) => [id, remembered.repliesTo(id)])));
      }),
      { numRuns: runs },
    );
  });

  async function take({ who, deed, which }: Step, people: Actor[], roomId: Id, remembered: Remembered): Promise<void> {
    const [actor, other] = [people[who], people[which % 3]];
    if (!actor || !other) throw new Error("nobody does anything");
    const message = remembered.messages[which % Math.max(1, remembered.messages.length)];
    const root = remembered.roots[which % Math.max(1, remembered.roots.length)];
    try {
      switch (deed) {
        case "post":
          return remembered.said(await say(core, actor, roomId));
        case "mention":
          return remembered.said(await say(core, actor, roomId, `@${other.user.username}`));
        case "mention all":
          return remembered.said(await say(core, actor, roomId, `@room, and @${other.user.username}`));
        case "reply in thread":
        case "mention in thread": {
          if (!root) return;
          const content = deed === "mention in thread" ? `@room, or only @${other.user.username}` : "Yes";
          return remembered.said(await postMessage(core, actor, { roomId, clientId: newId(), content, type: "text", threadRootId: root.id }));
        }
        case "delete":
          if (!message) return;
          await deleteMessage(core, actor, { messageId: message.id });
          message.deleted = true;
          return;
        case "edit":
        case "edit to all": {
          if (!message) return;
          const content = deed === "edit" ? `${which} @${other.user.username}` : `${which} @room`;
          return remembered.edited(message, await editMessage(core, actor, { messageId: message.id, content }));
        }
        case "read":
        case "read late": {
          const seq = await seqReached(actor, roomId, deed === "read" ? null : which);
          await markRead(core, actor, { roomId, seq });
          return remembered.read(actor.user.id, seq);
        }
        case "read thread":
        case "read thread late": {
          if (!root) return;
          const seq = await seqReached(actor, roomId, deed === "read thread" ? null : which);
          await markRead(core, actor, { roomId, threadRootId: root.id, seq });
          return remembered.readThread(root.id, actor.user.id, seq);
        }
        case "join": {
          const { lastReadSeq } = await joinRoom(core, actor, { roomId });
          remembered.positions.set(actor.user.id, lastReadSeq);
          return;
        }
        case "leave":
          await leaveRoom(core, actor, { roomId });
          return remembered.left(actor.user.id);
      }
    } catch (error) {
      // What isn't allowed changes nothing, as the recount shows.
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** What a device marks: all there is, or what some other device has long gone past. */
  async function seqReached(actor: Actor, roomId: Id, late: number | null): Promise<Seq> {
    const { headSeq } = await listMessages(core, actor, { roomId, limit: 1 });
    return late === null ? headSeq : late % (headSeq + 1);
  }
});
