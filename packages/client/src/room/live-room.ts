import type { FollowedEvent, RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Message } from "@tertulia/model/messages";
import type { Presence } from "@tertulia/model/presence";
import type { MyPosition, ReadPosition } from "@tertulia/model/reads";
import type { Api } from "../api.ts";
import { keepFollowing } from "../connection/keep-following.ts";
import type { Patience } from "../connection/patience.ts";
import type { RoomNews } from "../inbox/inbox-state.ts";
import type { RunningOutbox } from "../outbox/outbox.ts";
import { isOutOfReach, refusalOf } from "../refusal-of.ts";
import type { LiveRoom, RoomHappening, RoomState } from "../state.ts";
import { inTime } from "../storage/in-time.ts";
import { type Bell, createStore } from "../store.ts";
import { askMeanwhile } from "./ask-meanwhile.ts";
import type { FoundRoom, KeptRoom } from "./kept-room.ts";
import { createLiveAnswers } from "./live-answers.ts";
import { createLiveTyping } from "./live-typing.ts";
import { createReadMarker } from "./read-marker.ts";
import {
  failed, gone, opened, trimmed, unopened, withEvents, withMemberPage, withMyRead, withNews, withOlder, withPresence, withReads, withTyping,
} from "./room-state.ts";
import type { Timeline } from "./timeline.ts";

/** What an earlier page kept is there sooner; should it be late, the server is asked meanwhile. */
const KEPT_WAITED_FOR_MS = 300;
/** React unsubscribes and subscribes again within a moment; so do people who look aside. */
const LINGERS_MS = 1_000;
const MESSAGES_KEPT_WHEN_CLOSED = 200;

export interface RoomParts {
  roomId: Id;
  bell: Bell;
  api: Api;
  patience: Patience;
  outbox: Pick<RunningOutbox, "of" | "arrived" | "sentHere">;
  isOnline(): boolean;
  /** What an earlier page kept of it. */
  found(): Promise<FoundRoom | null>;
  /** It's worth keeping anew. */
  changed(room: RunningRoom): void;
  /** What happened here, for the inbox. */
  news(news: RoomNews): void;
  /** I have read so far, as I say it and as the server then counts. */
  read(roomId: Id, seq: Seq): void;
  position(position: MyPosition): void;
  /** Nobody looks at it any more; its content is kept until `forget`. */
  rested(room: RunningRoom): void;
}

export interface RunningRoom extends LiveRoom {
  /** My message has been stored. */
  stored(message: Message): void;
  /** What I have on its way here has changed. */
  sendingChanged(): void;
  /** The connection is back. */
  goOn(): void;
  /** What of it is worth keeping; null if there is nothing to show. */
  kept(): KeptRoom | null;
  /** Drops the content of a closed room. */
  forget(): void;
  /** Drops everything, as someone else's, and opens it afresh if it's open. */
  startAnew(): void;
  close(): void;
}

/** A room that is opened by its first subscriber, followed while anyone looks, and rests, with what it shows, when nobody does. */
export function createLiveRoom(parts: RoomParts): RunningRoom {
  const { roomId, bell, api, patience, outbox, isOnline } = parts;
  /** Replies in a thread are shown in their thread. */
  const unsent = () => outbox.of(roomId).filter(({ threadRootId }) => threadRootId === null);
  const store = createStore<RoomState>(bell, { ...unopened, sending: unsent() }, { watched: open, unwatched: restSoon });
  /** What ends the present opening; null while closed. */
  let stops: (() => void)[] | null = null;
  let lingering: ReturnType<typeof setTimeout> | undefined;
  let loadingOlder: Promise<void> | null = null;
  let memberCursor: string | null = null;
  /** What is shown was kept too long ago to be followed from there. */
  let isStale = false;
  const listeners = new Set<(happening: RoomHappening) => void>();

  const reader = createReadMarker(async (seq) => parts.position(await api.reads.mark.mutate({ roomId, seq })), isOnline);

  const update = (change: (state: RoomState) => RoomState) => store.set(change(store.get()));
  const answers = createLiveAnswers({ roomId, api, patience, get: store.get, set: store.set, isOpen: () => stops !== null });
  const place = answers.place;
  const typing = createLiveTyping({ roomId, api, patience, isOnline, typists: () => store.get().typists, changed: (changes) => update((state) => withTyping(state, changes)) });
  const isMine = ({ author }: Message) => author.id === store.get().me?.user.id;
  const sentFromHere = (message: Message) => message.clientId !== null && isMine(message) && outbox.sentHere(message.clientId);
  const keyOf = (message: Message) => (message.clientId !== null && sentFromHere(message) ? message.clientId : message.id);

  // Opening and closing

  function open(): void {
    clearTimeout(lingering);
    lingering = undefined;
    if (stops) return;
    stops = [];
    // What is held is shown at once; the follow tells what came after it.
    if (store.get().status === "ready") follow();
    else void openFound();
  }

  /** What an earlier page kept is shown at once. If it's fresh, the follow goes on from there; else the snapshot takes its place. */
  async function openFound(): Promise<void> {
    const opening = stops;
    const showing = parts.found().then((found) => found !== null && stops === opening && store.get().status === "opening" && show(found));
    const goesOn = await inTime(KEPT_WAITED_FOR_MS, showing, false);
    if (stops !== opening) return;
    if (goesOn) follow();
    else void openAfresh();
  }

  function show({ kept, isFresh }: FoundRoom): boolean {
    const { memberCursor: cursor, ...content } = kept;
    memberCursor = cursor;
    isStale = !isFresh;
    update((state) => ({ ...state, ...content, status: "ready", hasMoreMembers: cursor !== null, catchingUp: true }));
    confirm(kept.messages);
    return isFresh;
  }

  /** What is on screen stays until the snapshot is there. */
  async function openAfresh(): Promise<void> {
    const opening = stops;
    try {
      // Whoever left meanwhile asks no more; whoever sees something goes on asking.
      const snapshot = await patience.insist(async () => (stops === opening ? api.rooms.open.query({ roomId }) : null), store.get().room !== null);
      if (stops !== opening || snapshot === null) return;
      isStale = false;
      memberCursor = snapshot.members.nextCursor;
      update((state) => ({ ...state, me: snapshot.me }));
      place(opened(store.get(), snapshot, keyOf));
      confirm(snapshot.messages.items);
      tellNews(snapshot.messages.items.filter(({ status }) => status !== "streaming").map(asPosted), store.get().messages);
      happened({ gap: true });
      follow();
    } catch (error) {
      if (stops === opening) refused(error);
    }
  }

  function refused(error: unknown): void {
    const refusal = refusalOf(error);
    // Signed out or closed: what is on screen stays.
    if (refusal === null || refusal.code === "UNAUTHENTICATED") return;
    stopFollowing();
    update((state) => (state.room && isOutOfReach(refusal) ? gone(state, state.goneBecause) : failed(state, refusal)));
    if (isOutOfReach(refusal)) parts.changed(room);
  }

  function follow(): void {
    const { room } = store.get();
    stops?.push(
      keepFollowing<{ data: FollowedEvent[] }>(
        {
          subscribe: (observer) => api.messages.follow.subscribe({ roomId, after: store.get().headSeq }, observer),
          heard: ({ data }) => hear(data),
          started: () => update((state) => (state.catchingUp ? { ...state, catchingUp: false } : state)),
          interrupted: () => update((state) => (state.catchingUp ? state : { ...state, catchingUp: true })),
          refused,
        },
        patience,
      ),
      answers.follow(),
      typing.follow(),
    );
    if (!room || room.memberCount > limits.presencePushedUpToMembers) return;
    stops?.push(
      keepFollowing<ReadPosition[]>(
        {
          subscribe: (observer) => api.reads.follow.subscribe({ roomId }, observer),
          heard: (positions) => update((state) => withReads(state, positions)),
        },
        patience,
      ),
      keepFollowing<Presence[]>(
        {
          subscribe: (observer) => api.presence.follow.subscribe({ roomId }, observer),
          heard: (people, isFirst) => update((state) => withPresence(state, people, isFirst)),
        },
        patience,
      ),
    );
  }

  function stopFollowing(): void {
    for (const stop of stops ?? []) stop();
    stops = stops && [];
    typing.forget();
    answers.forget();
  }

  function restSoon(): void {
    clearTimeout(lingering);
    lingering = setTimeout(rest, LINGERS_MS);
  }

  function rest(): void {
    stopFollowing();
    stops = null;
    if (store.get().status === "ready" && !isStale) update((state) => trimmed(state, MESSAGES_KEPT_WHEN_CLOSED));
    else forget();
    parts.rested(room);
  }

  function forget(): void {
    if (stops === null) store.set({ ...unopened, sending: unsent() });
  }

  // What happens

  function hear(items: readonly FollowedEvent[]): void {
    if (items.some(({ type }) => type === "reset")) return startOver();
    const before = store.get();
    const events = items.filter((item) => item.type !== "reset").filter(({ seq }) => seq > before.headSeq);
    if (events.length === 0) return;
    place(withEvents(before, events, keyOf));
    confirm(events.flatMap((event) => (event.type === "message.posted" ? [event.message] : [])));
    tellNews(events, before.messages);
    happened({ events });
    if (store.get().status === "gone") leave();
  }

  function tellNews(events: readonly RoomEvent[], before: Timeline): void {
    const { headSeq, messages } = store.get();
    parts.news({ roomId, headSeq, events, timeline: messages, before });
    parts.changed(room);
  }

  /** Whoever was away may hear of an end that is over: the way back in may have been the next thing to happen. */
  function leave(): void {
    stopFollowing();
    if (store.get().goneBecause !== "deleted") void openAfresh();
  }

  function happened(happening: RoomHappening): void {
    for (const listener of listeners) listener(happening);
  }

  function startOver(): void {
    stopFollowing();
    update((state) => ({ ...state, catchingUp: true }));
    void openAfresh();
  }

  /** My messages among these are stored, whatever became of the answer that should have said so. */
  function confirm(messages: readonly Message[]): void {
    const mine = messages.filter(sentFromHere).map(({ clientId }) => clientId);
    if (mine.length > 0) outbox.arrived(mine.filter((clientId) => clientId !== null));
  }

  // What I do

  async function loadOlderPage(): Promise<void> {
    const { hasBefore, messages } = store.get();
    const [oldest] = messages;
    if (!hasBefore || !oldest) return;
    update((state) => ({ ...state, loadingOlder: true }));
    try {
      const [page, since] = await askMeanwhile(room, api.messages.list.query({ roomId, before: oldest.seq, limit: limits.pageDefault }));
      if (page && store.get().messages[0]?.id === oldest.id) place(withOlder(store.get(), page, since, keyOf));
    } finally {
      update((state) => ({ ...state, loadingOlder: false }));
    }
  }

  const room: RunningRoom = {
    roomId,
    get: store.get,
    subscribe: store.subscribe,
    loadOlder() {
      loadingOlder ??= loadOlderPage().finally(() => {
        loadingOlder = null;
      });
      return loadingOlder;
    },
    async loadMoreMembers() {
      const cursor = memberCursor;
      if (cursor === null) return;
      const [page, since] = await askMeanwhile(room, api.members.list.query({ roomId, cursor }));
      if (!page || memberCursor !== cursor) return;
      memberCursor = page.nextCursor;
      update((state) => withMemberPage(state, page, since));
    },
    markRead(seq) {
      const { me } = store.get();
      if (!me || seq <= me.lastReadSeq) return;
      update((state) => withMyRead(state, seq));
      parts.read(roomId, seq);
      reader.mark(seq);
    },
    typing: typing.start,
    stopTyping: typing.stop,
    listen(listener) {
      const heard = (happening: RoomHappening) => listener(happening);
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
    reopen() {
      if (!stops) return;
      stopFollowing();
      if (store.get().status === "failed") update((state) => ({ ...state, status: "opening", refusal: null }));
      void openAfresh();
    },
    stored(message) {
      typing.said();
      if (store.get().status === "ready") place(withNews(store.get(), message, keyOf));
    },
    sendingChanged: () => update((state) => ({ ...state, sending: unsent() })),
    goOn: reader.goOn,
    kept() {
      const { status, room, me, members, messages, hasBefore, headSeq } = trimmed(store.get(), MESSAGES_KEPT_WHEN_CLOSED);
      return status !== "gone" && room && me ? { room, me, members, memberCursor, messages, hasBefore, headSeq } : null;
    },
    forget,
    startAnew() {
      const wasOpen = stops !== null;
      stopFollowing();
      stops = null;
      forget();
      if (wasOpen && lingering === undefined) open();
    },
    close() {
      clearTimeout(lingering);
      stopFollowing();
      stops = null;
      reader.close();
    },
  };
  return room;
}

/** A message of a snapshot as the event that brought it. */
const asPosted = (message: Message): RoomEvent => ({
  type: "message.posted", roomId: message.roomId, seq: message.seq, at: message.createdAt, actorId: message.author.id, message,
});
