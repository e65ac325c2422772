import type { Actor } from "@tertulia/model/actor";
import type { RoomEvent } from "@tertulia/model/events";
import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import type { Notes, RoomNote } from "@tertulia/model/ports/bus";
import { Refusal, type RefusalDetails } from "@tertulia/model/refusals";
import type { CreateRoom } from "@tertulia/model/rooms";
import type { GlobalRole, Locale } from "@tertulia/model/users";
import { v7 as newId } from "uuid";
import type { Core } from "../src/core.ts";
import { addMember } from "../src/members/add-member.ts";
import { postMessage } from "../src/messages/post-message.ts";
import { createRoom } from "../src/rooms/create-room.ts";

export interface Cast {
  mira: Actor;
  tomas: Actor;
  wen: Actor;
  quill: Id;
  roomId: Id;
}

/** People and a room of this test's own: mira owns the room, tomas is a member, wen is outside, quill is the assistant and not in it. */
export async function castIn(core: Core, room: Partial<CreateRoom> = {}): Promise<Cast> {
  const [mira, tomas, wen] = [await person(core, "mira"), await person(core, "tomas"), await person(core, "wen")];
  const { room: made } = await createRoom(core, mira, { kind: "room", title: "Tea", ...room });
  await addMember(core, mira, { roomId: made.id, userId: tomas.user.id });
  return { mira, tomas, wen, quill: await assistant(core), roomId: made.id };
}

/** Someone with an account but no password: they are signed in already. */
export async function person({ db }: Core, name: string, { role = "USER", locale = "en" }: { role?: GlobalRole; locale?: Locale } = {}): Promise<Actor> {
  const id = newId();
  const username = `${name}-${id.slice(-8)}`;
  const displayName = name[0]?.toUpperCase() + name.slice(1);
  await db
    .insertInto("users")
    .values({ id, kind: "human", email: `${username}@tertulia.test`, username, username_key: username, display_name: displayName, role, locale, avatar_url: null, password_hash: null, last_active_at: null })
    .execute();
  return { user: { id, username, displayName, avatarUrl: null, kind: "human" }, role, sessionId: newId(), sessionExpiresAt: Number.MAX_SAFE_INTEGER };
}

export async function assistant({ db }: Core): Promise<Id> {
  const id = newId();
  const username = `quill-${id.slice(-8)}`;
  await db.insertInto("users").values({ id, kind: "assistant", username, username_key: username, display_name: "Quill" }).execute();
  await db.insertInto("assistants").values({ user_id: id }).execute();
  return id;
}

export const say = (core: Core, who: Actor, roomId: Id, content = "Tea?"): Promise<Message> =>
  postMessage(core, who, { roomId, clientId: newId(), content, type: "text" });

/** What is said on a channel from now on. */
export async function listenTo<K extends keyof Notes>({ bus }: Core, channel: K, id: Id): Promise<Notes[K][]> {
  const heard: Notes[K][] = [];
  await bus.listen(channel, id, (note) => void heard.push(note));
  return heard;
}

export const eventsIn = (notes: RoomNote[]): RoomEvent[] => notes.flatMap((note) => (note.kind === "events" ? note.events : []));

/** How a deed is refused: its code and details; fails if it isn't. */
export async function refusalOf(deed: Promise<unknown>): Promise<{ code: string; details: RefusalDetails; message: string }> {
  try {
    await deed;
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, details: error.details, message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}
