import { registerAccount } from "@tertulia/core/accounts/register-account";
import { listAssistants } from "@tertulia/core/assistants/list-assistants";
import type { Core } from "@tertulia/core/core";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import type { Actor } from "@tertulia/model/actor";
import type { Room } from "@tertulia/model/rooms";
import type { Account, User } from "@tertulia/model/users";

/** Someone with an account, signed in. */
export interface Person {
  account: Account;
  /** Their password, as they type it. */
  password: string;
  /** A live session's token, as a bearer. */
  token: string;
  actor: Actor;
}

/** The people of every story: mira owns the room, tomas is a member, wen is outside, quill is the assistant, a member too. */
export interface Cast {
  mira: Person;
  tomas: Person;
  wen: Person;
  quill: User;
  /** Private, so that for wen it doesn't exist. */
  room: Room;
}

/** Gathers the cast on a server that has no accounts yet; mira comes first, so she is its ADMIN. */
export async function gatherCast(core: Core): Promise<Cast> {
  const mira = await register(core, "mira", "Mira");
  const [tomas, wen, [assistant]] = await Promise.all([register(core, "tomas", "Tomas"), register(core, "wen", "Wen"), listAssistants(core, mira.actor)]);
  if (!assistant) throw new Error("This server has no assistant.");
  const quill = assistant.user;
  const { room } = await createRoom(core, mira.actor, { kind: "room", title: "Tea", isPrivate: true, memberIds: [tomas.account.id, quill.id] });
  return { mira, tomas, wen, quill, room };
}

async function register(core: Core, username: string, displayName: string): Promise<Person> {
  const password = `${username} likes long walks`;
  const { token, user } = await registerAccount(
    core,
    { email: `${username}@tertulia.test`, username, displayName, password },
    { ip: null, userAgent: null, kind: "api" },
  );
  const actor = await actorForToken(core, token);
  if (!actor) throw new Error(`${username} was not signed in.`);
  return { account: user, password, token, actor };
}
