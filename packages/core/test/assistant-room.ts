import { openAnswerSources } from "@tertulia/assistants/open-answer-sources";
import type { Database } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import type { Actor } from "@tertulia/model/actor";
import type { RoomEvent, RoomEventType } from "@tertulia/model/events";
import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import type { RoomNote } from "@tertulia/model/ports/bus";
import type { RoomKind } from "@tertulia/model/rooms";
import type { ModelServer } from "@tertulia/testing/model-server/start-model-server";
import { forEveryRole } from "@tertulia/testing/for-every-role";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import type { Core } from "../src/core.ts";
import { postMessage } from "../src/messages/post-message.ts";
import { openCore } from "../src/open-core.ts";

/** One node: a core of its own, on a database, bus and model server that others may share. */
export async function openNode({ database, server, bus }: { database: Database; server: ModelServer; bus?: MemoryBus }, { alone = false, gapMs = 5_000, wholeMs = 10_000, postsPerMinute = 10_000 } = {}) {
  const clock = new MovableClock();
  const core = await openCore({
    db: database.db,
    assertWritable: () => {},
    bus: bus ?? new MemoryBus({ clock, log: silentLog }),
    clock,
    log: silentLog,
    answers: openAnswerSources(
      { apiKey: null, baseUrl: server.url, model: "scripted-1" },
      { firstWordsMs: 5_000, gapMs, wholeMs, retries: 0, retryAfterMs: 1, longestWaitMs: 1 },
    ),
    settings: { postsPerMinute: forEveryRole(postsPerMinute), requestsPerMinute: 600, changesPerMinute: 100_000, roomsPerHour: 100_000, registrationOpen: true, setupCode: null, nodeId: newId(), alone },
  });
  return { core, clock };
}

/** A room of its own per test: mira owns it, tomas is a member, wen is outside, quill is the assistant. */
export async function setTable(core: Core, kind: RoomKind = "assistant") {
  const { db } = core;
  const [mira, tomas, wen] = [await person(core, "mira"), await person(core, "tomas"), await person(core, "wen")];
  const quill = await db.selectFrom("users").innerJoin("assistants", "assistants.user_id", "users.id").select("users.id").executeTakeFirstOrThrow();
  const roomId = newId();
  const settings = JSON.stringify({ assistantMode: "mention", whoCanPost: "everyone" });
  await db.insertInto("rooms").values({ id: roomId, kind, dm_key: null, password_hash: null, settings, is_private: true, member_count: 3, last_message_at: null, created_by: mira.user.id, deleted_at: null }).execute();
  await db
    .insertInto("room_members")
    .values([
      { room_id: roomId, user_id: mira.user.id, role: "OWNER", last_read_at: null, archived_at: null },
      { room_id: roomId, user_id: tomas.user.id, last_read_at: null, archived_at: null },
      { room_id: roomId, user_id: quill.id, last_read_at: null, archived_at: null },
    ])
    .execute();
  const ear = new Ear();
  await core.bus.listen("room", roomId, (note) => ear.hear(note));
  const says = (who: Actor, content: string): Promise<Message> => postMessage(core, who, { roomId, clientId: newId(), content, type: "text" });
  return { roomId, mira, tomas, wen, quill: quill.id, ear, says };
}

async function person({ db }: Core, name: string): Promise<Actor> {
  const id = newId();
  const username = `${name}-${id.slice(-6)}`;
  const displayName = name[0]?.toUpperCase() + name.slice(1);
  await db
    .insertInto("users")
    .values({ id, kind: "human", email: `${username}@tertulia.test`, username, username_key: username, display_name: displayName, avatar_url: null, password_hash: null, last_active_at: null })
    .execute();
  return { user: { id, username, displayName, avatarUrl: null, kind: "human" }, role: "USER", sessionId: newId(), sessionExpiresAt: Number.MAX_SAFE_INTEGER };
}

export type Ended = Extract<RoomEvent, { type: "run.completed" | "run.stopped" | "run.failed" }>;
const ENDS: readonly RoomEventType[] = ["run.completed", "run.stopped", "run.failed"];

/** Hears all that is said about a room, and can wait for it. */
export class Ear {
  readonly notes: RoomNote[] = [];
  #waiting: (() => void)[] = [];

  hear(note: RoomNote): void {
    this.notes.push(note);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  get events(): RoomEvent[] {
    return this.notes.flatMap((note) => (note.kind === "events" ? note.events : []));
  }

  get ends(): Ended[] {
    return this.events.filter((event): event is Ended => ENDS.includes(event.type));
  }

  get started() {
    return this.events.filter((event) => event.type === "run.started");
  }

  /** The words of an answer as told piece by piece. */
  wordsOf(runId: Id): string {
    return this.deltasOf(runId).map(({ text }) => text).join("");
  }

  deltasOf(runId: Id) {
    return this.notes.flatMap((note) => (note.kind === "delta" && note.delta.runId === runId ? [note.delta] : []));
  }

  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  start(count: number) {
    return this.until(() => this.started[count - 1]);
  }

  end(count: number) {
    return this.until(() => this.ends[count - 1]);
  }
}
