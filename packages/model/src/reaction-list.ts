import type { Id, Seq } from "./ids.ts";
import type { Reaction } from "./reactions.ts";

/** One person's emoji, and the seq of the event that told of it. */
export interface OneReaction {
  emoji: string;
  userId: Id;
  seq: Seq;
}

/** The reactions of a message, in the order people added them; an emoji stands where the first of its people does. */
export function reactionList(all: readonly OneReaction[]): Reaction[] {
  const inOrder = all.toSorted((a, b) => a.seq - b.seq);
  return [...Map.groupBy(inOrder, ({ emoji }) => emoji)].map(([emoji, ones]) => ({
    emoji,
    userIds: ones.map(({ userId }) => userId),
    seqs: ones.map(({ seq }) => seq),
    count: ones.length,
  }));
}

/** With someone's emoji added. The list may be newer than the event and know it already, or know of a later one: then it stays as it is. */
export function withReaction(reactions: Reaction[], added: OneReaction): Reaction[] {
  const held = seqOf(reactions, added);
  return held !== null && held >= added.seq ? reactions : reactionList([...onesBut(reactions, added), added]);
}

/** With someone's emoji taken back, unless the list is newer than the event and knows that it was added again. */
export function withoutReaction(reactions: Reaction[], removed: OneReaction): Reaction[] {
  const held = seqOf(reactions, removed);
  return held === null || held >= removed.seq ? reactions : reactionList(onesBut(reactions, removed));
}

function seqOf(reactions: Reaction[], { emoji, userId }: OneReaction): Seq | null {
  const reaction = reactions.find((held) => held.emoji === emoji);
  return reaction?.seqs[reaction.userIds.indexOf(userId)] ?? null;
}

const onesBut = (reactions: Reaction[], { emoji, userId }: OneReaction): OneReaction[] =>
  reactions
    .flatMap((reaction) => reaction.userIds.map((id, at) => ({ emoji: reaction.emoji, userId: id, seq: reaction.seqs[at] ?? 0 })))
    .filter((one) => one.emoji !== emoji || one.userId !== userId);
