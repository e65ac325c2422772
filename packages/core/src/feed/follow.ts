import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { Core } from "../core.ts";
import { Encoded } from "./encoded.ts";
import type { FadingKind } from "./fading-followers.ts";
import { followPresenceOf } from "./follow-presence-of.ts";
import type { FeedSpec, Sink } from "./feed.ts";
import type { RoomFeed } from "./room-feed.ts";

/**
 * Starts writing what `spec` names to the sink, the first frame being the state now; the answer stops it.
 * The sink is registered before anything is read, so nothing falls between the two.
 * @throws as `reachRoom`: a follower is a member
 */
export function follow(core: Core, spec: FeedSpec, sink: Sink): Promise<() => void> {
  switch (spec.kind) {
    case "messages":
      return followMessages(core, spec.roomId, spec.after, sink);
    case "inbox":
      return core.inboxes.follow(sink);
    case "notices":
      return core.notices.follow(sink);
    case "presence.of":
      return followPresenceOf(core, spec.userIds, sink);
    default:
      return followFading(core, spec.kind, spec.roomId, sink);
  }
}

function followMessages(core: Core, roomId: Id, after: number | null, sink: Sink): Promise<() => void> {
  return withFeed(core, roomId, async (feed) => {
    const follower = feed.addFollower(sink);
    try {
      await follower.goLive(after, await core.memberships.headFor(sink.actor, roomId));
      return follower.leave;
    } catch (error) {
      follower.leave();
      throw error;
    }
  });
}

function followFading(core: Core, kind: FadingKind, roomId: Id, sink: Sink): Promise<() => void> {
  return withFeed(core, roomId, async (feed) => {
    const follower = feed.addFading(kind, sink);
    try {
      // Read before it is known whether they may: the state is never younger than their membership.
      const state = await stateNow(core, kind, feed, sink.actor);
      follower.goLive(state, await core.memberships.headFor(sink.actor, roomId));
      return follower.leave;
    } catch (error) {
      follower.leave();
      throw error;
    }
  });
}

async function stateNow(core: Core, kind: FadingKind, { roomId, typists }: RoomFeed, { user }: Actor): Promise<Encoded> {
  if (kind === "typing") return new Encoded({ kind, items: typists.filter(({ userId }) => userId !== user.id) });
  return core.roomStates.now({ kind, roomId, viewerId: user.id });
}

/** Holds the room's feed open for as long as what is started in it lasts. */
async function withFeed(core: Core, roomId: Id, start: (feed: RoomFeed) => Promise<() => void>): Promise<() => void> {
  const [feed] = await core.feeds.use([roomId]);
  if (!feed) throw new Error(`the feed of ${roomId} is not open`);
  try {
    const stop = await start(feed);
    return once(() => {
      stop();
      core.feeds.release(roomId);
    });
  } catch (error) {
    core.feeds.release(roomId);
    throw error;
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
