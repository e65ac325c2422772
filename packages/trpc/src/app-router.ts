import { accountRouter } from "./account-router.ts";
import { assistantsRouter } from "./assistants-router.ts";
import { draftsRouter } from "./drafts-router.ts";
import { inboxRouter } from "./inbox-router.ts";
import { invitesRouter } from "./invites-router.ts";
import { membersRouter } from "./members-router.ts";
import { messagesRouter } from "./messages-router.ts";
import { noticesRouter } from "./notices-router.ts";
import { pinsRouter } from "./pins-router.ts";
import { presenceRouter } from "./presence-router.ts";
import { reactionsRouter } from "./reactions-router.ts";
import { readsRouter } from "./reads-router.ts";
import { roomsRouter } from "./rooms-router.ts";
import { sessionsRouter } from "./sessions-router.ts";
import { systemRouter } from "./system-router.ts";
import { router } from "./trpc.ts";
import { typingRouter } from "./typing-router.ts";
import { usersRouter } from "./users-router.ts";

/** Everything TypeScript clients can ask for, by the names they rely on. */
export const appRouter = router({
  account: accountRouter,
  sessions: sessionsRouter,
  users: usersRouter,
  rooms: roomsRouter,
  members: membersRouter,
  invites: invitesRouter,
  messages: messagesRouter,
  reactions: reactionsRouter,
  reads: readsRouter,
  pins: pinsRouter,
  drafts: draftsRouter,
  typing: typingRouter,
  presence: presenceRouter,
  inbox: inboxRouter,
  assistants: assistantsRouter,
  notices: noticesRouter,
  system: systemRouter,
});

export type AppRouter = typeof appRouter;
