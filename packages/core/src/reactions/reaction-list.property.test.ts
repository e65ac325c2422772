import { type OneReaction, reactionList, withoutReaction, withReaction } from "@tertulia/model/reaction-list";
import type { Reaction } from "@tertulia/model/reactions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("the reactions of a message", () => {
  const names = ["mira", "tomas", "wen"];
  const moves = fc.array(fc.record({ emoji: fc.constantFrom("👍", "❤️", "🎉"), userId: fc.constantFrom(...names) }), { maxLength: 30 });
  type Event = OneReaction & { type: "added" | "removed" };

  /** Each move adds what isn't there and takes back what is. */
  function play(toggles: { emoji: string; userId: string }[]) {
    let held: OneReaction[] = [];
    const events: Event[] = [];
    const states: Reaction[][] = [[]];
    for (const [at, { emoji, userId }] of toggles.entries()) {
      const seq = at + 1;
      const others = held.filter((one) => one.emoji !== emoji || one.userId !== userId);
      const isThere = others.length < held.length;
      held = isThere ? others : [...held, { emoji, userId, seq }];
      events.push({ type: isThere ? "removed" : "added", emoji, userId, seq });
      states.push(reactionList(held));
    }
    return { events, states };
  }

  const after = (list: Reaction[], events: Event[]): Reaction[] =>
    events.reduce((next, event) => (event.type === "added" ? withReaction(next, event) : withoutReaction(next, event)), list);

  test("come out the same from any state between an event's past and its future, and events told twice", () => {
    fc.assert(
      fc.property(moves, fc.nat(), fc.nat(), (toggles, a, b) => {
        const { events, states } = play(toggles);
        const [cursor, readAt] = [a % states.length, b % states.length].toSorted((x, y) => x - y);
        // As a backlog brings them: a message as it was when it was read, and every event since the cursor.
        expect(after(states[readAt ?? 0] ?? [], events.slice(cursor))).toEqual(states.at(-1));
      }),
    );
  });

  test("stand in the order they were added", () => {
    const [list] = play([{ emoji: "👍", userId: "mira" }, { emoji: "❤️", userId: "tomas" }, { emoji: "👍", userId: "wen" }]).states.slice(-1);
    expect(list).toEqual([
      { emoji: "👍", userIds: ["mira", "wen"], seqs: [1, 3], count: 2 },
      { emoji: "❤️", userIds: ["tomas"], seqs: [2], count: 1 },
    ]);
  });

  test("that are there already stay the very same", () => {
    const list = withReaction([], { emoji: "👍", userId: "mira", seq: 4 });
    expect(withReaction(list, { emoji: "👍", userId: "mira", seq: 4 })).toBe(list);
    expect(withoutReaction(list, { emoji: "👍", userId: "mira", seq: 3 })).toBe(list);
  });
});
