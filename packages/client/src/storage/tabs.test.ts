import { afterEach, describe, expect, it, vi } from "vitest";
import { type Tabs, joinTabs } from "./tabs.ts";

const opened: Tabs<string>[] = [];
let name = "";

interface Tab {
  tabs: Tabs<string>;
  heard: string[];
  turns: number;
}

function tab(): Tab {
  const made: Tab = {
    heard: [],
    turns: 0,
    tabs: joinTabs<string>(name, { heard: (news) => made.heard.push(news), myTurn: () => made.turns++ }),
  };
  opened.push(made.tabs);
  return made;
}

const hasTurn = ({ tabs }: Tab) => vi.waitFor(() => expect(tabs.isMyTurn()).toBe(true));

afterEach(() => {
  for (const tabs of opened.splice(0)) tabs.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("tabs", () => {
  it("take turns: one at a time, and the next one when it closes", async () => {
    name = "closing";
    const first = tab();
    await hasTurn(first);
    const second = tab();
    const third = tab();
    expect([second, third].map(({ tabs }) => tabs.isMyTurn())).toEqual([false, false]);
    first.tabs.close();
    await hasTurn(second);
    expect(third.tabs.isMyTurn()).toBe(false);
    second.tabs.close();
    await hasTurn(third);
    expect([first.turns, second.turns, third.turns]).toEqual([1, 1, 1]);
  });

  it("hear what the others tell, and not themselves", async () => {
    name = "telling";
    const [first, second] = [tab(), tab()];
    first.tabs.tell("tea");
    await vi.waitFor(() => expect(second.heard).toEqual(["tea"]));
    expect(first.heard).toEqual([]);
  });

  it("tell nothing any more once they are closed", async () => {
    name = "told too late";
    const [first, second] = [tab(), tab()];
    first.tabs.close();
    first.tabs.tell("too late");
    tab().tabs.tell("in time");
    await vi.waitFor(() => expect(second.heard).toEqual(["in time"]));
  });

  it("take the turn from one that is silent though something is to be sent, and it queues up again", async () => {
    name = "frozen";
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const frozen = tab();
    await hasTurn(frozen);
    const waiting = tab();
    waiting.tabs.waitForTurn();
    await vi.advanceTimersByTimeAsync(2_900);
    expect(waiting.tabs.isMyTurn()).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await hasTurn(waiting);
    await vi.waitFor(() => expect(frozen.tabs.isMyTurn()).toBe(false));
    waiting.tabs.close();
    await hasTurn(frozen);
  });

  it("leave the turn with one that says something", async () => {
    name = "lively";
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const busy = tab();
    await hasTurn(busy);
    const waiting = tab();
    waiting.tabs.waitForTurn();
    await vi.advanceTimersByTimeAsync(2_900);
    busy.tabs.tell("sending");
    await vi.waitFor(() => expect(waiting.heard).toEqual(["sending"]));
    await vi.advanceTimersByTimeAsync(4_000);
    expect(busy.tabs.isMyTurn()).toBe(true);
  });

  it("all have the turn where a page may have no locks", async () => {
    name = "lockless";
    vi.stubGlobal("navigator", {});
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [first, second] = [tab(), tab()];
    expect([first, second].map(({ tabs }) => [tabs.takeTurns, tabs.isMyTurn()])).toEqual([[false, true], [false, true]]);
    first.tabs.waitForTurn();
    await vi.advanceTimersByTimeAsync(3_100);
    expect([first.turns, second.turns]).toEqual([1, 0]);
  });
});
