import type { Tables } from "@tertulia/db/schema";
import type { AnswerSource } from "@tertulia/model/ports/answer-source";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Kysely } from "kysely";
import type { AttemptLimits } from "./accounts/attempt-limits.ts";
import type { RunDesk } from "./assistants/run-desk.ts";
import type { InboxFeeds } from "./feed/inbox-feeds.ts";
import type { Memberships } from "./feed/memberships.ts";
import type { MyRoomsFeeds } from "./feed/my-rooms-feeds.ts";
import type { RoomFeeds } from "./feed/room-feeds.ts";
import type { RoomStates } from "./feed/room-states.ts";
import type { ChangeBudget } from "./limits/change-budget.ts";
import type { RequestBudget } from "./limits/request-budget.ts";
import type { InTurn } from "./messages/in-turn.ts";
import type { PostsUnderWay } from "./messages/posts-under-way.ts";
import type { PostLimiter, PostsPerMinute } from "./messages/post-limiter.ts";
import type { PostQueue } from "./messages/post-queue.ts";
import type { NoticeBoard } from "./notices/notice-board.ts";
import type { PresenceDesk } from "./presence/presence-desk.ts";
import type { ReadsTold } from "./reads/reads-told.ts";
import type { RoomFactsCache } from "./rooms/room-facts.ts";
import type { SessionCache } from "./sessions/session-cache.ts";
import type { TypingDesk } from "./typing/typing-desk.ts";

/** What core is given: everything it reaches the world through. */
export interface CoreParts {
  db: Kysely<Tables>;
  /** Throws STORAGE_FULL while the disk has no room for writes. */
  assertWritable: () => void;
  bus: Bus;
  clock: Clock;
  log: Log;
  answers: AnswerSource;
  settings: CoreSettings;
}

export interface CoreSettings {
  postsPerMinute: PostsPerMinute;
  /** What a person may ask over HTTP. */
  requestsPerMinute: number;
  /** What a person may change beside what they post. */
  changesPerMinute: number;
  roomsPerHour: number;
  /** Whether people may make accounts themselves; the first account always may. */
  registrationOpen: boolean;
  /** What the first account must know, when the server listens beyond this machine. */
  setupCode: string | null;
  /** Names this node in leases, unique among nodes and restarts. */
  nodeId: string;
  /** Whether no other process uses this database (the embedded one): what a former process left running is then nobody's. */
  alone: boolean;
}

/** The core as verbs know it. Made by `openCore`, ended by `close`. */
export interface Core extends CoreParts {
  posts: PostQueue;
  /** One person's posts to a room are admitted one after the other. */
  postsInTurn: InTurn;
  postsUnderWay: PostsUnderWay;
  postLimiter: PostLimiter;
  requestBudget: RequestBudget;
  changeBudget: ChangeBudget;
  facts: RoomFactsCache;
  readsTold: ReadsTold;
  feeds: RoomFeeds;
  memberships: Memberships;
  roomStates: RoomStates;
  inboxes: InboxFeeds;
  myRooms: MyRoomsFeeds;
  notices: NoticeBoard;
  typing: TypingDesk;
  presence: PresenceDesk;
  runs: RunDesk;
  sessions: SessionCache;
  attempts: AttemptLimits;
  close(): Promise<void>;
}
