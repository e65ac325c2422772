import type { Id } from "@tertulia/model/ids";
import { limits } from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { followPresenceOf } from "./follow-presence-of.ts";
import type { Batch, FeedSpec, Sink } from "./feed.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { loadPresence } from "../presence/load-presence.ts";
import { listReads } from "../reads/list-reads.ts";
import type { FadingKind, RoomFeed } from "./room-feed.ts";

/**
 * Starts writing what `spec` names to the sink, the first frame being the state now; the answer stops it.
 * The sink is registered before anything is read, so nothing falls between the two.
 * @throws as `reachRoom`: a follower is a member
 */
export function follow(core: Core, spec: FeedSpec, sink: Sink): Promise<() => void> {
  switch (spec.kind) {
    case "messages":
      return followMessages(core, spec.roomId, spec.after, sink);
    case "notices":
      return core.notices.follow(sink);
    case "inbox":
      return core.inboxes.follow(sink);
    case "presence.of":
      return followPresenceOf(core, spec.userIds, sink);
    default:
      return followFading(core, spec.kind, spec.roomId, sink);
  }
}

async function followMessages(core: Core, roomId: Id, after: number | null, sink: Sink): Promise<() => void> {
  return withFeed(core, roomId, async (feed) => {
    const follower = feed.addFollower(sink);
    try {
      const { room } = await reachRoom(core.db, sink.actor, roomId);
      await follower.goLive(after, room.head_seq);
      return follower.leave;
    } catch (error) {
      follower.leave();
      throw error;
    }
  });
}

async function followFading(core: Core, kind: FadingKind, roomId: Id, sink: Sink): Promise<() => void> {
  return withFeed(core, roomId, async (feed) => {
    const follower = feed.addFading(kind, sink);
    try {
      await reachRoom(core.db, sink.actor, roomId);
      follower.goLive(await stateNow(core, kind, feed, sink));
      return follower.leave;
    } catch (error) {
      follower.leave();
      throw error;
    }
  });
}

async function stateNow(core: Core, kind: FadingKind, feed: RoomFeed, { actor }: Sink): Promise<Batch> {
  const { roomId } = feed;
  switch (kind) {
    case "typing":
      return { kind, items: feed.typists.filter(({ userId }) => userId !== actor.user.id) };
    case "reads":
      return { kind, items: await listReads(core, actor, { roomId }) };
    case "presence":
      return { kind, items: await loadPresence(core, actor.user.id, await peopleOf(core, roomId)) };
    case "runs":
      return { kind, items: await core.runs.liveRuns(roomId) };
  }
}

/** Whose presence is pushed in this room: everyone's in a room of up to 200, nobody's in a larger one (protocol P1). */
async function peopleOf(core: Core, roomId: Id): Promise<Id[]> {
  const members = await core.db
    .selectFrom("room_members")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select("users.id")
    .where("room_members.room_id", "=", roomId)
    .where("users.kind", "=", "human")
    .limit(limits.presencePushedUpToMembers + 1)
    .execute();
  return members.length > limits.presencePushedUpToMembers ? [] : members.map(({ id }) => id);
}

/** Holds the room's feed open for as long as what is started in it lasts. */
async function withFeed(core: Core, roomId: Id, start: (feed: RoomFeed) => Promise<() => void>): Promise<() => void> {
  const { feeds, release } = await core.feeds.use([roomId]);
  const [feed] = feeds;
  try {
    if (!feed) throw new Refusal("ROOM_NOT_FOUND", { roomId });
    const stop = await start(feed);
    return once(() => {
      stop();
      release(roomId);
    });
  } catch (error) {
    release(roomId);
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
