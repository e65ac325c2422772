import { hash } from "node:crypto";
import type { Actor } from "@tertulia/model/actor";
import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Message, PostMessage, Quote } from "@tertulia/model/messages";
import { Refusal } from "@tertulia/model/refusals";
import { excerptOf } from "@tertulia/model/excerpt";
import { v7 as newId } from "uuid";
import { assistantsToAsk } from "../assistants/assistants-to-ask.ts";
import type { Core } from "../core.ts";
import { demand, may } from "../policy/policy.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import type { RoomFacts } from "../rooms/room-facts.ts";
import { toUser, userColumns } from "../users/to-user.ts";
import type { Line } from "./posts-under-way.ts";
import { findMentions, mentionsRoom } from "./find-mentions.ts";
import { loadMessage } from "./load-message.ts";
import type { PostPlace } from "./post-limiter.ts";
import type { PendingPost, PostOutcome } from "./store-posts.ts";

// A room that many leave at once makes a post stale with each of them.
const TRIES = 10;

/**
 * Posts a message and answers it once it is committed. The same clientId with the same content again answers the first message
 * and stores nothing (protocol M3); it never counts against the limit (L1), nor against a room's slow mode.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND (the reply's target or the thread's root), CONFLICT DIFFERENT_CONTENT, RATE_LIMITED, STORAGE_FULL
 */
export async function postMessage(core: Core, actor: Actor, input: PostMessage): Promise<Message> {
  core.assertWritable();
  const clientHash = hashOf(input);
  const sender = `${input.roomId} ${actor.user.id}`;
  const over = Promise.withResolvers<void>();
  try {
    return await postInOrder(core, actor, input, clientHash, core.postsUnderWay.line(sender, over.promise));
  } finally {
    over.resolve();
  }
}

async function postInOrder(core: Core, actor: Actor, input: PostMessage, clientHash: string, line: Line): Promise<Message> {
  // One person's posts to a room are admitted in the order they came; what is awaited in turn is the decision, not the commit.
  let admitted = await core.postsInTurn.run(line.sender, () => admit(core, actor, input, clientHash, line));
  for (let tries = 1; ; tries++) {
    if ("known" in admitted) return admitted.known;
    const outcome = await landed(admitted);
    switch (outcome.outcome) {
      case "fresh":
        return announce(core, actor, { ...admitted, replyTo: await quotedNow(core, admitted.replyTo) }, outcome);
      case "known":
        return loadKnown(core, actor, input.roomId, outcome.messageId);
      case "conflict":
        throw new Refusal("CONFLICT", { reason: "DIFFERENT_CONTENT" });
      case "rootless":
        throw new Refusal("MESSAGE_NOT_FOUND", { messageId: input.threadRootId ?? null });
      case "gone":
        throw new Refusal("ROOM_NOT_FOUND", { roomId: input.roomId });
      case "stale":
        if (tries === TRIES) throw new Refusal("UNAVAILABLE", { reason: "ROOM_CHANGES_TOO_FAST" });
        core.facts.forget(actor, input.roomId);
        // What came before it is stored or decided anew first; what comes after waits for it.
        await line.before;
        admitted = await admit(core, actor, input, clientHash, null);
    }
  }
}

interface Admitted {
  post: PendingPost;
  replyTo: Quote | null;
  giveBack: () => void;
  outcome: Promise<PostOutcome>;
}

/** What was posted before is known whatever has become of the right to post it, of what it quotes or of the limit; without the room it isn't told. */
async function admit(core: Core, actor: Actor, input: PostMessage, clientHash: string, line: Line | null): Promise<Admitted | { known: Message }> {
  try {
    return await admitFresh(core, actor, input, clientHash, line);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { known: await replayOrRefuse(core, actor, input, clientHash, error) };
  }
}

async function admitFresh(core: Core, actor: Actor, input: PostMessage, clientHash: string, line: Line | null): Promise<Admitted> {
  const facts = await factsToPostOn(core, actor, input.roomId);
  const replyTo = input.replyToId === undefined ? null : await reachQuote(core, input.roomId, input.replyToId);
  const mentions = input.content.includes("@") ? await findMentions(core.db, input.roomId, input.content) : [];
  const asked = assistantsToAsk(facts, mentions, replyTo?.author.id ?? null);
  const post: PendingPost = {
    roomId: input.roomId,
    authorId: actor.user.id,
    clientId: input.clientId,
    clientHash,
    messageId: newId(),
    type: input.type,
    content: input.content,
    metadata: input.metadata ?? {},
    replyToId: input.replyToId ?? null,
    threadRootId: input.threadRootId ?? null,
    accessVersion: facts.accessVersion,
    mentions: mentions.filter((id) => id !== actor.user.id),
    mentionsRoom: mentionsRoom(input, { ...facts, globalRole: actor.role, roomRole: facts.role }),
    runs: asked.map((assistantId) => ({ id: newId(), assistantId })),
  };
  await line?.enter(facts.accessVersion);
  const place = await takePlace(core, actor, facts);
  if ("refusal" in place) throw place.refusal;
  return { post, replyTo, giveBack: place.giveBack, outcome: core.posts.add(post) };
}

/** Kept facts may say yes, since the batch finds them stale; their no, or not yet, may be older than a right that was given since, so it is asked anew. */
async function factsToPostOn(core: Core, actor: Actor, roomId: Id): Promise<RoomFacts> {
  const standing = ({ role, settings }: RoomFacts) => ({ globalRole: actor.role, roomRole: role, settings });
  const kept = await core.facts.get(actor, roomId);
  if (may("post message", standing(kept)) && !isSlow(actor, kept)) return kept;
  core.facts.forget(actor, roomId);
  const fresh = await core.facts.get(actor, roomId);
  demand("post message", standing(fresh));
  return fresh;
}

function takePlace({ postLimiter }: Core, actor: Actor, facts: RoomFacts): Promise<PostPlace> {
  const { user, role } = actor;
  return isSlow(actor, facts) ? postLimiter.takeSlowly(user.id, role, facts.roomId, facts.settings.slowModeSeconds) : postLimiter.take(user.id, role);
}

const isSlow = (actor: Actor, { role, settings }: RoomFacts) => settings.slowModeSeconds > 0 && !may("post without pause", { globalRole: actor.role, roomRole: role });

/** Only what was stored just now counts against the limit. */
async function landed({ outcome, giveBack }: Admitted): Promise<PostOutcome> {
  try {
    const settled = await outcome;
    if (settled.outcome !== "fresh") giveBack();
    return settled;
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** What is quoted as it is once the post stands behind it: while the post waited for the room, it may have been changed or taken back. */
async function quotedNow(core: Core, quote: Quote | null): Promise<Quote | null> {
  if (!quote) return null;
  const row = await core.db.selectFrom("messages").select("content").where("id", "=", quote.id).executeTakeFirst();
  return { ...quote, excerpt: excerptOf(row?.content ?? "") };
}

function announce(core: Core, actor: Actor, { post, replyTo }: Admitted, { seq, postedAt, threadCount }: { seq: Seq; postedAt: Date; threadCount: number | null }): Message {
  const at = postedAt.toISOString();
  const message: Message = {
    id: post.messageId,
    roomId: post.roomId,
    seq,
    clientId: post.clientId,
    author: actor.user,
    role: "user",
    type: post.type,
    content: post.content,
    metadata: post.metadata,
    replyTo,
    threadRootId: post.threadRootId,
    threadCount: 0,
    variants: [],
    attachments: [],
    reactions: [],
    mentions: post.mentions,
    mentionsRoom: post.mentionsRoom,
    status: "sent",
    run: null,
    editedAt: null,
    deletedAt: null,
    createdAt: at,
    updatedAt: at,
  };
  const event: RoomEvent = { roomId: post.roomId, seq, at, actorId: actor.user.id, type: "message.posted", message };
  if (post.threadRootId !== null && threadCount !== null) event.thread = { rootId: post.threadRootId, count: threadCount };
  core.bus.publish("room", post.roomId, { kind: "events", firstSeq: seq, events: [event] });
  core.typing.stop(actor, post.roomId);
  if (post.runs.length > 0) core.runs.wake(post.roomId);
  return message;
}

async function replayOrRefuse(core: Core, actor: Actor, input: PostMessage, clientHash: string, refusal: Refusal): Promise<Message> {
  const known = await core.db
    .selectFrom("messages")
    .select(["id", "client_hash"])
    .where("room_id", "=", input.roomId)
    .where("author_id", "=", actor.user.id)
    .where("client_id", "=", input.clientId)
    .executeTakeFirst();
  if (!known) throw refusal;
  if (known.client_hash !== clientHash) throw new Refusal("CONFLICT", { reason: "DIFFERENT_CONTENT" });
  return loadKnown(core, actor, input.roomId, known.id);
}

/** A message shows what it quotes as it is now, and that is for members: whoever posted it may have left since. */
async function loadKnown(core: Core, actor: Actor, roomId: Id, messageId: Id): Promise<Message> {
  await reachRoom(core.db, actor, roomId);
  return loadMessage(core.db, messageId);
}

/** @throws MESSAGE_NOT_FOUND if it isn't in this room or is deleted (protocol M7) */
async function reachQuote(core: Core, roomId: Id, messageId: Id): Promise<Quote> {
  const row = await core.db
    .selectFrom("messages")
    .innerJoin("users", "users.id", "messages.author_id")
    .select(["messages.content", ...userColumns])
    .where("messages.id", "=", messageId)
    .where("messages.room_id", "=", roomId)
    .where("messages.deleted_at", "is", null)
    .executeTakeFirst();
  if (!row) throw new Refusal("MESSAGE_NOT_FOUND", { messageId });
  return { id: messageId, author: toUser(row), excerpt: excerptOf(row.content) };
}

/** Of a post in no thread it is what it was before there were threads: a replay of an older post is still known. */
function hashOf({ content, type, replyToId, threadRootId, metadata }: PostMessage): string {
  const thread = threadRootId === undefined ? [] : [threadRootId];
  return hash("sha256", JSON.stringify([content, type, replyToId ?? null, metadata ?? {}, ...thread]));
}
