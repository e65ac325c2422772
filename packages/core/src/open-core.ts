import { openAttemptLimits } from "./accounts/attempt-limits.ts";
import { InboxFeeds } from "./feed/inbox-feeds.ts";
import { Memberships } from "./feed/memberships.ts";
import { MyRoomsFeeds } from "./feed/my-rooms-feeds.ts";
import { RoomFeeds } from "./feed/room-feeds.ts";
import { RoomStates } from "./feed/room-states.ts";
import { RunDesk } from "./assistants/run-desk.ts";
import type { Core, CoreParts } from "./core.ts";
import { ChangeBudget } from "./limits/change-budget.ts";
import { RequestBudget } from "./limits/request-budget.ts";
import { InTurn } from "./messages/in-turn.ts";
import { PostsUnderWay } from "./messages/posts-under-way.ts";
import { PostLimiter } from "./messages/post-limiter.ts";
import { PostQueue } from "./messages/post-queue.ts";
import { openNoticeBoard } from "./notices/notice-board.ts";
import { PresenceRefresh } from "./presence/presence-refresh.ts";
import { PresenceDesk } from "./presence/presence-desk.ts";
import { ReadsTold } from "./reads/reads-told.ts";
import { RoomFactsCache } from "./rooms/room-facts.ts";
import { RevocationPoll } from "./sessions/revocation-poll.ts";
import { SessionCache } from "./sessions/session-cache.ts";
import { TypingDesk } from "./typing/typing-desk.ts";

/** The embedded database has one connection. Of Postgres' ten the posts take half, those that wait for rooms with them: who reads wants some too. */
const QUICK_FLIGHTS = { embedded: 1, postgres: 3 };

/** Puts the core together from what it is given. Whoever opens it closes it, before the database and the bus. */
export async function openCore(parts: CoreParts): Promise<Core> {
  const feeds = new RoomFeeds(parts);
  const memberships = new Memberships(parts.db);
  const inboxes = new InboxFeeds({ ...parts, feeds });
  const myRooms = new MyRoomsFeeds({ ...parts, feeds, memberships });
  const typing = new TypingDesk(parts);
  const presence = new PresenceDesk({ ...parts, typing });
  const sessions = new SessionCache(parts);
  // What no other process does can't be missed.
  const revocations = parts.settings.alone ? null : new RevocationPoll(parts);
  const posts = new PostQueue({ ...parts, quickFlights: parts.settings.alone ? QUICK_FLIGHTS.embedded : QUICK_FLIGHTS.postgres });
  const readsTold = new ReadsTold(parts);
  const runs = new RunDesk(parts);
  const notices = await openNoticeBoard({ ...parts, feeds });
  const roomStates = new RoomStates({ ...parts, runs });
  const presenceRefresh = new PresenceRefresh({ ...parts, feeds, roomStates });
  await runs.start();
  return {
    ...parts,
    posts,
    postsInTurn: new InTurn(),
    postsUnderWay: new PostsUnderWay(),
    postLimiter: new PostLimiter(parts.bus.counters, parts.clock, parts.settings.postsPerMinute),
    requestBudget: new RequestBudget(parts),
    changeBudget: new ChangeBudget(parts),
    facts: new RoomFactsCache(parts.db),
    readsTold,
    feeds,
    memberships,
    roomStates,
    inboxes,
    myRooms,
    notices,
    typing,
    presence,
    runs,
    sessions,
    attempts: openAttemptLimits(parts),
    close: async () => {
      await posts.close();
      await runs.close();
      presenceRefresh.close();
      await presence.close();
      typing.close();
      revocations?.close();
      await sessions.close();
      await readsTold.close();
      notices.close();
      inboxes.close();
      myRooms.close();
      feeds.close();
    },
  };
}
