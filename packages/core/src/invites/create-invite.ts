import { randomBytes } from "node:crypto";
import type { Actor } from "@tertulia/model/actor";
import type { CreatedInvite, CreateInvite } from "@tertulia/model/invites";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { v7 as newId } from "uuid";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedRoom } from "../rooms/reach-locked-room.ts";
import { hashToken } from "../sessions/tokens.ts";
import { selectLiveInvites } from "./select-live-invites.ts";
import { toInvite } from "./to-invite.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Makes a code that lets whoever holds it into a room, though it is private or has a password. It is shown here once.
 * @throws ROOM_NOT_FOUND; PERMISSION_DENIED, also in a direct message or an assistant chat, whose people are fixed; VALIDATION_FAILED of a past end;
 * CONFLICT TOO_MANY_INVITES for the 101st that is still good
 */
export async function createInvite(core: Core, actor: Actor, { roomId, maxUses, expiresAt }: CreateInvite): Promise<CreatedInvite> {
  const code = newCode();
  const invite = await changeAs(core, actor, async (change) => {
    const { trx, at } = change;
    const { room, member } = await reachLockedRoom(change, actor, roomId);
    demand("invite", { globalRole: actor.role, roomRole: member.role, roomKind: room.kind });
    const ends = expiresAt === undefined ? new Date(at.getTime() + limits.inviteDays * DAY_MS) : new Date(expiresAt);
    if (ends <= at) throw new Refusal("VALIDATION_FAILED", { field: "expiresAt", reason: "INVALID_VALUE" });
    const live = await selectLiveInvites(trx, roomId, at).select("id").limit(limits.invitesPerRoom).execute();
    if (live.length === limits.invitesPerRoom) throw new Refusal("CONFLICT", { reason: "TOO_MANY_INVITES", limit: limits.invitesPerRoom });
    return trx
      .insertInto("invites")
      .values({ id: newId(), room_id: roomId, code_hash: hashToken(code), created_by: actor.user.id, created_at: at, expires_at: ends, max_uses: maxUses ?? null, revoked_at: null })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  return { ...toInvite(invite), code };
}

/** 144 random bits: nobody finds one by trying (quality B65). */
const newCode = (): string => randomBytes(18).toString("base64url");
