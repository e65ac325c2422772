import type { RoomEvent } from "@tertulia/model/events";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Message } from "@tertulia/model/messages";
import type { MyPosition, ThreadPosition } from "@tertulia/model/reads";
import type { Api } from "../api.ts";
import type { Patience } from "../connection/patience.ts";
import type { RunningOutbox } from "../outbox/outbox.ts";
import { isOutOfReach, refusalOf } from "../refusal-of.ts";
import { askMeanwhile } from "../room/ask-meanwhile.ts";
import { createLiveAnswers } from "../room/live-answers.ts";
import { createReadMarker } from "../room/read-marker.ts";
import type { LiveRoom, LiveThread, RoomHappening, ThreadState } from "../state.ts";
import { type Bell, createStore } from "../store.ts";
import { threadOf, unopenedThread, withOlderReplies, withPosition, withReply, withThreadEvents } from "./thread-state.ts";

/** React unsubscribes and subscribes again within a moment. */
const LINGERS_MS = 1_000;

export interface ThreadParts {
  rootId: Id;
  room: LiveRoom;
  bell: Bell;
  api: Api;
  patience: Patience;
  outbox: RunningOutbox;
  isOnline(): boolean;
  me(): Id | null;
  position(position: MyPosition): void;
}

export interface RunningThread extends LiveThread {
  /** My reply has been stored. */
  stored(message: Message): void;
  /** What I have on its way in this room has changed. */
  sendingChanged(): void;
  /** How far I have read it was told by another device. */
  read(position: ThreadPosition): void;
  goOn(): void;
  close(): void;
}

/** Lives on its room's events: it keeps the room followed, reads its replies, and lets what happens since come on top. */
export function createLiveThread({ rootId, room, bell, api, patience, outbox, isOnline, me, position }: ThreadParts): RunningThread {
  const { roomId } = room;
  const unsent = () => outbox.of(roomId).filter(({ threadRootId }) => threadRootId === rootId);
  const store = createStore<ThreadState>(bell, { ...unopenedThread, sending: unsent() }, { watched: open, unwatched: restSoon });
  let lingering: ReturnType<typeof setTimeout> | undefined;
  /** What ends the present opening; null while closed. */
  let stops: (() => void)[] | null = null;
  /** What happened while a page was on its way. */
  let meanwhile: RoomEvent[] = [];
  let reading: symbol | null = null;
  let loadingOlder: Promise<void> | null = null;

  const reader = createReadMarker(async (seq) => {
    const told = await api.reads.mark.mutate({ roomId, threadRootId: rootId, seq });
    position(told);
    if (told.thread) read(told.thread);
  }, isOnline);

  const update = (change: (state: ThreadState) => ThreadState) => store.set(change(store.get()));
  const answers = createLiveAnswers({ roomId, api, patience, get: store.get, set: store.set, isOpen: () => stops !== null });
  const place = answers.place;
  const keyOf = ({ id, clientId, author }: Message) => (clientId !== null && author.id === me() && outbox.sentHere(clientId) ? clientId : id);

  function open(): void {
    clearTimeout(lingering);
    if (stops) return;
    stops = [
      room.listen(hear),
      room.subscribe(heedRoom),
      answers.follow(),
    ];
    heedRoom();
    void readNewest();
  }

  function restSoon(): void {
    clearTimeout(lingering);
    lingering = setTimeout(() => {
      close();
      store.set({ ...unopenedThread, sending: unsent() });
    }, LINGERS_MS);
  }

  /** What is on screen stays until the page is there. */
  async function readNewest(): Promise<void> {
    const mine = (reading = Symbol());
    meanwhile = [];
    try {
      const isVital = store.get().root !== null;
      // Whoever left meanwhile asks no more.
      const [root, page] = await Promise.all([
        patience.insist(async () => (reading === mine ? api.messages.get.query({ messageId: rootId }) : null), isVital),
        patience.insist(async () => (reading === mine ? api.messages.list.query({ roomId, threadRootId: rootId, limit: limits.pageDefault }) : null), isVital),
      ]);
      if (reading !== mine || !root || !page) return;
      reading = null;
      place(threadOf(store.get(), root, page, meanwhile, keyOf));
    } catch (error) {
      if (reading !== mine) return;
      reading = null;
      const refusal = refusalOf(error);
      if (refusal && refusal.code !== "UNAUTHENTICATED") update((state) => ({ ...state, status: state.root && isOutOfReach(refusal) ? "gone" : "failed", refusal }));
    }
  }

  function hear(happening: RoomHappening): void {
    if ("gap" in happening) return void readNewest();
    if (reading) meanwhile.push(...happening.events);
    if (store.get().status === "ready") place(withThreadEvents(store.get(), happening.events, { rootId, keyOf }));
  }

  function heedRoom(): void {
    if (room.get().status === "gone") update((state) => (state.status === "ready" ? { ...state, status: "gone" } : state));
  }

  function read(told: ThreadPosition): void {
    update((state) => withPosition(state, told));
  }

  async function loadOlderPage(): Promise<void> {
    const [oldest] = store.get().messages;
    if (!store.get().hasBefore || !oldest) return;
    update((state) => ({ ...state, loadingOlder: true }));
    try {
      const [page, since] = await askMeanwhile(room, api.messages.list.query({ roomId, threadRootId: rootId, before: oldest.seq, limit: limits.pageDefault }));
      if (page && store.get().messages[0]?.id === oldest.id) place(withOlderReplies(store.get(), page, since, { rootId, keyOf }));
    } finally {
      update((state) => ({ ...state, loadingOlder: false }));
    }
  }

  function close(): void {
    clearTimeout(lingering);
    for (const stop of stops ?? []) stop();
    stops = null;
    reading = null;
    answers.forget();
  }

  return {
    roomId,
    rootId,
    get: store.get,
    subscribe: store.subscribe,
    loadOlder() {
      loadingOlder ??= loadOlderPage().finally(() => {
        loadingOlder = null;
      });
      return loadingOlder;
    },
    markRead(seq) {
      if (seq <= store.get().lastReadSeq) return;
      update((state) => withPosition(state, { rootId, lastReadSeq: seq, unread: state.messages.at(-1)?.seq === seq ? 0 : state.unread }));
      reader.mark(seq);
    },
    stored(message) {
      if (store.get().status === "ready") place(withReply(store.get(), message, { rootId, keyOf }));
    },
    sendingChanged: () => update((state) => ({ ...state, sending: unsent() })),
    read,
    goOn: reader.goOn,
    close() {
      close();
      reader.close();
    },
  };
}
