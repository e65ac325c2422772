import type { AssistantRunsTable } from "./tables/assistant-runs.ts";
import type { AssistantsTable } from "./tables/assistants.ts";
import type { DraftsTable } from "./tables/drafts.ts";
import type { IdempotencyKeysTable } from "./tables/idempotency-keys.ts";
import type { InvitesTable } from "./tables/invites.ts";
import type { MentionsTable } from "./tables/mentions.ts";
import type { MessageRevisionsTable } from "./tables/message-revisions.ts";
import type { MessagesTable } from "./tables/messages.ts";
import type { NoticeOutboxTable } from "./tables/notice-outbox.ts";
import type { NoticesTable } from "./tables/notices.ts";
import type { PinsTable } from "./tables/pins.ts";
import type { ReactionsTable } from "./tables/reactions.ts";
import type { RoomEventsTable } from "./tables/room-events.ts";
import type { RoomMembersTable } from "./tables/room-members.ts";
import type { RoomsTable } from "./tables/rooms.ts";
import type { ThreadMembersTable } from "./tables/thread-members.ts";
import type { UserSessionsTable } from "./tables/user-sessions.ts";
import type { UsersTable } from "./tables/users.ts";

/** Every table, as Kysely knows it. */
export interface Tables {
  users: UsersTable;
  assistants: AssistantsTable;
  user_sessions: UserSessionsTable;
  rooms: RoomsTable;
  room_members: RoomMembersTable;
  room_events: RoomEventsTable;
  messages: MessagesTable;
  message_revisions: MessageRevisionsTable;
  mentions: MentionsTable;
  thread_members: ThreadMembersTable;
  notice_outbox: NoticeOutboxTable;
  assistant_runs: AssistantRunsTable;
  reactions: ReactionsTable;
  pins: PinsTable;
  drafts: DraftsTable;
  invites: InvitesTable;
  idempotency_keys: IdempotencyKeysTable;
  notices: NoticesTable;
}
