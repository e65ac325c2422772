import { Id, Instant, Seq } from "@tertulia/model/ids";
import { type Member, RoomRole } from "@tertulia/model/members";
import { z } from "zod";
import { User } from "./user.ts";

const Role = RoomRole.meta({ description: "OWNER and ADMINs keep the conversation in order. It has one OWNER, but for a direct message, which nobody owns." });

/** A member is called a participant in this door, and nowhere else in Tertulia. */
export const Participant = z
  .object({
    userId: Id,
    conversationId: Id,
    user: User,
    role: Role,
    joinedAt: Instant,
    lastReadSeq: Seq.meta({ description: "How far they have read." }),
  })
  .meta({ id: "Participant" });

export const toParticipant = (conversationId: Id, { user, role, joinedAt, lastReadSeq }: Member): z.infer<typeof Participant> => ({
  userId: user.id,
  conversationId,
  user,
  role,
  joinedAt,
  lastReadSeq,
});

export const NewParticipant = z
  .strictObject({
    userId: Id.meta({ description: "A person or an assistant." }),
    role: RoomRole.exclude(["OWNER"]).optional().meta({ default: "MEMBER", description: "Only its OWNER makes someone an ADMIN, and only people." }),
  })
  .meta({ id: "NewParticipant" });

export const ParticipantChanges = z.strictObject({ role: Role }).meta({ id: "ParticipantChanges" });

export const ParticipantPath = z.strictObject({ conversationId: Id, userId: Id });
