import type { Migration } from "kysely/migration";
import * as people from "./2026-11-20-a-people.ts";
import * as rooms from "./2026-11-20-b-rooms.ts";
import * as messages from "./2026-11-20-c-messages.ts";
import * as runs from "./2026-11-20-d-assistant-runs.ts";
import * as postBatch from "./2026-11-20-e-post-batch.ts";
import * as reactions from "./2026-11-20-f-reactions-pins-drafts-invites-notices.ts";
import * as temperature from "./2026-11-20-g-assistant-temperature.ts";
import * as threads from "./2026-11-20-k-threads.ts";
import * as postMessages from "./2026-11-20-l-post-messages.ts";
import * as revokedSessions from "./2026-11-20-p-revoked-sessions.ts";
import * as variants from "./2026-11-20-q-variants.ts";
import * as messageRevisions from "./2026-11-21-s-message-revisions.ts";
import * as idempotencyKeys from "./2026-11-21-t-idempotency-keys.ts";

/** Every migration, oldest first. A name never changes once it has landed. */
export const migrations: Record<string, Migration> = {
  "2026-11-20-a-people": people,
  "2026-11-20-b-rooms": rooms,
  "2026-11-20-c-messages": messages,
  "2026-11-20-d-assistant-runs": runs,
  "2026-11-20-e-post-batch": postBatch,
  "2026-11-20-f-reactions-pins-drafts-invites-notices": reactions,
  "2026-11-20-g-assistant-temperature": temperature,
  "2026-11-20-k-threads": threads,
  "2026-11-20-l-post-messages": postMessages,
  "2026-11-20-p-revoked-sessions": revokedSessions,
  "2026-11-20-q-variants": variants,
  "2026-11-21-s-message-revisions": messageRevisions,
  "2026-11-21-t-idempotency-keys": idempotencyKeys,
};
