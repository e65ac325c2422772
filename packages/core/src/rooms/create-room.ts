import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import { Refusal } from "@tertulia/model/refusals";
import type { CreateRoom, InboxEntry, RoomSettings } from "@tertulia/model/rooms";
import type { UserKind } from "@tertulia/model/users";
import { v7 as newId } from "uuid";
import { hashPassword } from "../accounts/passwords.ts";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { findMade, type NamedDeed, once } from "../idempotency/once.ts";
import { loadMyEntry } from "../inbox/load-inbox-entries.ts";
import { type Newcomer, seat } from "../members/seat.ts";
import { isSomeone } from "../users/is-someone.ts";
import { setArchived } from "./set-archived.ts";
import { storedSettings } from "./settings-of.ts";

/**
 * Makes a room, a direct message with one other, or a chat with one assistant, and seats everyone in it.
 * A direct message exists once per pair: asked for again, the one there is is answered, taken out of the archive.
 * Under the same key again the first room is answered, as it is now.
 * @throws VALIDATION_FAILED, NOT_FOUND {userId}; CONFLICT DIFFERENT_CONTENT; ROOM_NOT_FOUND of the key's room, if the actor isn't in it any more; RATE_LIMITED of the 61st room in an hour, direct messages aside: of those there are no more than people
 */
export async function createRoom(core: Core, actor: Actor, input: CreateRoom, key: string | null = null): Promise<InboxEntry> {
  return (await putRoom(core, actor, input, key)).entry;
}

/** The same, and whether this very request made it. */
export async function putRoom(core: Core, actor: Actor, input: CreateRoom, key: string | null): Promise<{ entry: InboxEntry; isNew: boolean }> {
  const deed = key === null ? null : { key, content: ["create room", withoutSecret(input)] };
  const madeId = await findMade(core, actor, deed);
  const { id, isNew } = madeId === null ? await planAndMake(core, actor, input, deed) : { id: madeId, isNew: false };
  return { entry: await loadMyEntry(core.db, actor.user.id, id), isNew };
}

/** Its plain hash could be searched for the password. */
const withoutSecret = ({ password, ...input }: CreateRoom) => ({ ...input, hasPassword: password !== undefined });

async function planAndMake(core: Core, actor: Actor, input: CreateRoom, deed: NamedDeed | null): Promise<{ id: Id; isNew: boolean }> {
  const plan = await planRoom(core, actor, input);
  if (plan.kind !== "dm") await core.changeBudget.takeRoom(actor);
  return changeAs(core, actor, async (change) => {
    let isNew = false;
    const { id } = await once(change, actor, deed, async () => {
      const found = await findOrMake(change, actor, plan);
      isNew = found.isNew;
      return found.id;
    });
    return { id, isNew };
  });
}

interface Plan {
  kind: CreateRoom["kind"];
  dmKey: string | null;
  title: string;
  description: string;
  isPrivate: boolean;
  passwordHash: string | null;
  settings: RoomSettings;
  ownRole: RoomRole;
  others: Other[];
}

interface Other {
  id: Id;
  kind: UserKind;
}

async function planRoom(core: Core, actor: Actor, input: CreateRoom): Promise<Plan> {
  const others = await findOthers(core, actor, input.memberIds ?? []);
  const description = input.description ?? "";
  const settings: RoomSettings = {
    assistantMode: input.settings?.assistantMode ?? "mention",
    whoCanPost: input.settings?.whoCanPost ?? "everyone",
    slowModeSeconds: input.settings?.slowModeSeconds ?? 0,
  };
  if (input.kind === "room") {
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
    const title = input.title ?? (await newConversation(core, actor));
    return { kind: "room", dmKey: null, title, description, isPrivate: input.isPrivate ?? false, passwordHash, settings, ownRole: "OWNER", others };
  }
  if (input.password !== undefined) throw new Refusal("VALIDATION_FAILED", { field: "password", reason: "INVALID_VALUE" });
  const alone = { isPrivate: true, passwordHash: null, description };
  const [other] = others;
  if (!other || others.length > 1) throw new Refusal("VALIDATION_FAILED", { field: "memberIds", reason: "INVALID_VALUE" });
  if (input.kind === "dm") {
    // Between two there is nothing to administer, so nobody owns it.
    return { ...alone, kind: "dm", dmKey: [actor.user.id, other.id].sort().join(" "), title: "", settings, ownRole: "MEMBER", others };
  }
  if (other.kind !== "assistant") throw new Refusal("VALIDATION_FAILED", { field: "memberIds", reason: "INVALID_VALUE" });
  const title = input.title ?? (await newConversation(core, actor));
  return { ...alone, kind: "assistant", dmKey: null, title, settings: { ...settings, assistantMode: "always" }, ownRole: "OWNER", others };
}

/** Those named beside the actor, each once. */
async function findOthers(core: Core, actor: Actor, memberIds: Id[]): Promise<Other[]> {
  const ids = [...new Set(memberIds)].filter((id) => id !== actor.user.id);
  if (ids.length === 0) return [];
  const found = await core.db.selectFrom("users").select(["id", "kind"]).where("id", "in", ids).where(isSomeone).execute();
  const missing = ids.find((id) => !found.some((user) => user.id === id));
  if (missing !== undefined) throw new Refusal("NOT_FOUND", { userId: missing });
  return found;
}

async function newConversation(core: Core, actor: Actor): Promise<string> {
  const { locale } = await core.db.selectFrom("users").select("locale").where("id", "=", actor.user.id).executeTakeFirstOrThrow();
  return locale === "zh-CN" ? "新对话" : "New conversation";
}

async function findOrMake(change: Change, actor: Actor, plan: Plan): Promise<{ id: Id; isNew: boolean }> {
  const directId = await findDirect(change, actor, plan);
  if (directId !== null) return { id: directId, isNew: false };
  const id = await make(change, actor, plan);
  return id === null ? findOrMake(change, actor, plan) : { id, isNew: true };
}

async function findDirect(change: Change, actor: Actor, { dmKey }: Plan): Promise<Id | null> {
  if (dmKey === null) return null;
  const direct = await change.trx.selectFrom("rooms").select("id").where("dm_key", "=", dmKey).executeTakeFirst();
  if (!direct) return null;
  await setArchived(change, actor, direct.id, false);
  return direct.id;
}

/** Answers null if the other one has just opened the same direct message. */
async function make(change: Change, actor: Actor, plan: Plan): Promise<Id | null> {
  const { trx, at } = change;
  const made = await trx
    .insertInto("rooms")
    .values({
      id: newId(),
      kind: plan.kind,
      dm_key: plan.dmKey,
      title: plan.title,
      description: plan.description,
      is_private: plan.isPrivate,
      password_hash: plan.passwordHash,
      settings: storedSettings(plan.settings),
      last_message_at: null,
      created_by: actor.user.id,
      created_at: at,
      updated_at: at,
      deleted_at: null,
    })
    // Both may open their direct message at once: the key lets one be made, and the other waits here until it is committed.
    .onConflict((conflict) => conflict.column("dm_key").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!made) return null;
  const others = plan.others.map(({ id, kind }): Newcomer => ({ userId: id, kind, role: "MEMBER" }));
  await seat(change, made.id, [{ userId: actor.user.id, kind: actor.user.kind, role: plan.ownRole }, ...others], actor.user.id);
  return made.id;
}
