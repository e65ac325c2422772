import { gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { until } from "@tertulia/testing/until";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createTertulia } from "./create-tertulia.ts";
import { openIndexedDb } from "./storage/indexed-db.ts";
import { openKeep } from "./storage/keep.ts";
import "fake-indexeddb/auto";

/** Something that is listened to, and by how many now. */
class Counted extends EventTarget {
  readonly #listening = new Set<unknown>();
  visibilityState = "visible";

  get listeners(): number {
    return this.#listening.size;
  }

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null): void {
    this.#listening.add(listener);
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null): void {
    this.#listening.delete(listener);
    super.removeEventListener(type, listener);
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a client", () => {
  it("listens to nothing any more once it is closed, however often it was opened", async () => {
    await using server = await startTestServer();
    const { mira, room } = await gatherCast(server.core);
    const page = new Counted();
    vi.stubGlobal("document", page);
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    const once = async () => {
      await using client = createTertulia({ url: server.url, token: mira.token, storage: await openIndexedDb("leaks") });
      await until(client.room(room.id), ({ status }) => status === "ready");
      await until(client.inbox, ({ status }) => status === "ready");
      client.post(room.id, { content: "Tea?" });
      await until(client.outbox, ({ items }) => items.length === 0);
      expect(page.listeners).toBeGreaterThan(0);
    };
    for (let n = 0; n < 3; n++) {
      await once();
      expect(page.listeners).toBe(0);
    }
  });

  it("holds no lock any more once what it keeps is closed", async () => {
    const locks = async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      return [held.length, pending.length];
    };
    for (let n = 0; n < 3; n++) {
      const [first, second] = [await openKeep(undefined), await openKeep(undefined)];
      await vi.waitFor(async () => expect(await locks()).toEqual([1, 1]));
      await first.close();
      await second.close();
      await vi.waitFor(async () => expect(await locks()).toEqual([0, 0]));
    }
  });

  it("that is closed opens nothing again, and says so to whoever asks it all the same", async () => {
    await using server = await startTestServer();
    const { mira, room } = await gatherCast(server.core);
    const client = createTertulia({ url: server.url, token: mira.token });
    await until(client.room(room.id), ({ status }) => status === "ready");
    await client.close();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    client.room(room.id).subscribe(() => {});
    client.inbox.subscribe(() => {});
    await expect(client.trpc.messages.post.mutate({ roomId: room.id, clientId: "too-late", content: "Tea?" })).rejects.toThrow("closed");
    await expect(client.trpc.rooms.list.query({})).rejects.toThrow("closed");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("follows nothing of a room that nobody looks at any more", async () => {
    await using server = await startTestServer();
    const { mira, tomas, room } = await gatherCast(server.core);
    await using client = createTertulia({ url: server.url, token: tomas.token });
    await using other = createTertulia({ url: server.url, token: mira.token });
    const live = client.room(room.id);
    for (let n = 0; n < 3; n++) {
      const stop = live.subscribe(() => {});
      await until(live, ({ status, catchingUp }) => status === "ready" && !catchingUp);
      await vi.waitFor(() => expect(server.core.feeds.count()).toMatchObject({ rooms: 1, followers: 1 }));
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      stop();
      vi.advanceTimersByTime(1_100);
      vi.useRealTimers();
      await other.trpc.messages.post.mutate({ roomId: room.id, clientId: `unheard-${n}`, content: `unheard ${n}` });
      await vi.waitFor(() => expect(server.core.feeds.count()).toMatchObject({ rooms: 0, followers: 0 }));
    }
  });
});
