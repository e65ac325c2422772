import type { Id, Seq } from "@tertulia/model/ids";
import { expect } from "vitest";

/** A message as every door tells it. */
export interface Said {
  id: Id;
  roomId: Id;
  seq: Seq;
  clientId: string | null;
  authorId: Id;
  type: string;
  content: string;
  metadata: Record<string, unknown>;
  replyToId: Id | null;
  isEdited: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** Something that happened in a room, as every door tells it. */
export type Fact =
  | { kind: "posted" | "edited"; message: Said }
  | { kind: "deleted"; messageId: Id }
  | { kind: "reacted" | "reaction taken back"; messageId: Id; emoji: string; userId: Id }
  | { kind: "joined" | "left"; userId: Id; memberCount: number }
  | { kind: "renamed"; title: string }
  | { kind: "typing"; userId: Id; typing: boolean }
  | { kind: "read"; userId: Id; messageId: Id }
  | { kind: "answer began"; messageId: Id; runId: Id; assistantId: Id }
  | { kind: "answered" | "answer stopped"; messageId: Id; content: string };

export type FactKind = Fact["kind"];

/** What someone has heard, or found, of a room since they began to listen. */
export interface Ear extends Disposable {
  facts(): readonly Fact[] | Promise<readonly Fact[]>;
}

const LOOKS_EVERY_MS = 10;

/** Resolves once this has come to an ear; fails with all that came instead. */
export async function hear(ear: Ear, fact: Fact): Promise<void> {
  await expect.poll(() => ear.facts(), { interval: LOOKS_EVERY_MS }).toContainEqual(fact);
}

type FactOf<Kind extends FactKind> = Fact & { kind: Kind };

/** Resolves with the first fact of a kind, once there is one that fits. */
export async function heardBy<Kind extends FactKind>(ear: Ear, kind: Kind, fits: (fact: FactOf<Kind>) => boolean = () => true): Promise<FactOf<Kind>> {
  const isIt = (fact: Fact): fact is FactOf<Kind> => fact.kind === kind;
  let found: FactOf<Kind> | undefined;
  const look = async () => {
    const facts = await ear.facts();
    found = facts.filter(isIt).find(fits);
    return found === undefined ? facts : "heard";
  };
  await expect.poll(look, { interval: LOOKS_EVERY_MS, message: `what was heard, instead of "${kind}"` }).toBe("heard");
  if (!found) throw new Error(`Nothing was heard of the kind "${kind}".`);
  return found;
}
