import type { Id } from "@tertulia/model/ids";
import type { PresenceStatus } from "@tertulia/model/presence";

const PREFIX = "presence:";

/** What one connection says of its user, as it stands in the lease that the connection holds. */
export interface Standing {
  status: "online" | "away";
  currentRoomId: Id | null;
}

/** What all of a user's connections together say. */
export interface UserStanding {
  status: PresenceStatus;
  currentRoomId: Id | null;
}

/** The claim every connection of a user holds: while one lives, on any node, the user is there (protocol P2). */
export const leaseOf = (userId: Id): string => `${PREFIX}${userId}`;

/** Whose claim it is; null of a claim on something else. */
export const userOfLease = (key: string): Id | null => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : null);

export const writeStanding = ({ status, currentRoomId }: Standing): string => `${status} ${currentRoomId ?? ""}`;

/** Online if any connection is, away if all that live are, offline if none lives. */
export function standingOf(values: readonly string[]): UserStanding {
  const standings = values.map(readStanding);
  const online = standings.filter(({ status }) => status === "online");
  const foremost = online.find(({ currentRoomId }) => currentRoomId !== null) ?? online[0] ?? standings[0];
  return foremost ?? { status: "offline", currentRoomId: null };
}

function readStanding(value: string): Standing {
  const [status, currentRoomId] = value.split(" ");
  return { status: status === "away" ? "away" : "online", currentRoomId: currentRoomId ? currentRoomId : null };
}
