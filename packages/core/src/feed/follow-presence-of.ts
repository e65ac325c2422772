import type { Id } from "@tertulia/model/ids";
import type { Core } from "../core.ts";
import { loadPresence } from "../presence/load-presence.ts";
import { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";

/** Presence of named people, wherever they are; those who share no room with the follower are left out (protocol P1). */
export async function followPresenceOf(core: Core, userIds: Id[], sink: Sink): Promise<() => void> {
  const known = await loadPresence(core, sink.actor.user.id, userIds);
  const unlisteners = await Promise.all(
    known.map(({ userId }) =>
      core.bus.listen("user", userId, (note) => {
        // Which room they look at is for its members; a follower by name may not be one.
        if (note.kind === "presence") new Encoded({ kind: "presence", items: [{ ...note.presence, currentRoomId: null }] }).writeTo(sink);
      }),
    ),
  );
  new Encoded({ kind: "presence", items: await loadPresence(core, sink.actor.user.id, userIds) }).writeTo(sink);
  return () => {
    for (const unlisten of unlisteners) unlisten();
  };
}
