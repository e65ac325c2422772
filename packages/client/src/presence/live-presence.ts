import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Presence } from "@tertulia/model/presence";
import type { Api } from "../api.ts";
import { keepFollowing } from "../connection/keep-following.ts";
import type { Patience } from "../connection/patience.ts";
import { presenceWith } from "../room/room-state.ts";
import { sameJson } from "../room/timeline.ts";
import type { InboxState, Store } from "../state.ts";
import { type Bell, createStore } from "../store.ts";

export interface PresenceParts {
  bell: Bell;
  api: Api;
  patience: Patience;
  inbox: Store<InboxState>;
}

export type PresenceByUser = Readonly<Record<Id, Presence>>;

/** Presence of the people my direct messages are with, the most recent 200: asked for by name, and again when they change. */
export function createLivePresence({ bell, api, patience, inbox }: PresenceParts): Store<PresenceByUser> & { close(): void } {
  const store = createStore<PresenceByUser>(bell, {}, { watched: open, unwatched: close });
  let stopListening: (() => void) | null = null;
  let stopFollowing: (() => void) | null = null;
  let followed: readonly Id[] = [];

  function open(): void {
    stopListening ??= inbox.subscribe(followThem);
    followThem();
  }

  function followThem(): void {
    const userIds = peopleOf(inbox.get());
    if (sameJson(userIds, followed)) return;
    followed = userIds;
    stopFollowing?.();
    stopFollowing = userIds.length === 0 ? null : follow([...userIds]);
    if (userIds.length === 0) store.set({});
  }

  function follow(userIds: Id[]): () => void {
    return keepFollowing<Presence[]>(
      {
        subscribe: (observer) => api.presence.follow.subscribe({ userIds }, observer),
        heard: (people, isFirst) => store.set(presenceWith(store.get(), people, isFirst)),
      },
      patience,
    );
  }

  function close(): void {
    stopListening?.();
    stopFollowing?.();
    stopListening = null;
    stopFollowing = null;
    followed = [];
  }

  return { get: store.get, subscribe: store.subscribe, close };
}

function peopleOf({ entries }: InboxState): Id[] {
  const people = entries.filter(({ room }) => room.kind === "dm").flatMap(({ others }) => others.filter(({ kind }) => kind === "human"));
  return [...new Set(people.map(({ id }) => id))].slice(0, limits.presencePushedUpToMembers).sort();
}
