"use client";

import type { LiveRoom, RoomState, TimelineMessage } from "@tertulia/client/state";
import type { Id } from "@tertulia/model/ids";
import type { Member } from "@tertulia/model/members";
import { useTranslations } from "next-intl";
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { useRefusalText } from "@/features/connection/use-refusal-text";
import { refusalOf } from "@/features/connection/refusal";
import { Composer } from "../composer/composer";
import { ShutComposer } from "../composer/shut-composer";
import { useHint } from "../composer/use-hint";
import { TypingLine } from "../typing/typing-line";
import { ConversationContext } from "./conversation-context";
import { PeopleContext } from "./markdown/mentioned-text";
import { peopleOf } from "./markdown/split-mentions";
import { rightsOver } from "./message-rights";
import { SkeletonRows } from "./skeleton-rows";
import { Timeline, type TimelineHandle } from "./timeline";
import { useActions } from "./use-actions";
import "./conversation.css";

// What nobody needs to read and to write comes a moment later, or when it is first asked for.
const QuietRoom = lazy(() => import("./quiet-room"));
const Announcer = lazy(() => import("./announcer"));
const MessageSheet = lazy(() => import("./message-sheet"));
const DeleteDialog = lazy(() => import("./delete-dialog"));

/** What is said in a room, and the place to say something. */
export function Conversation({ room }: { room: LiveRoom }) {
  const state = useStore(room);
  if (!state.me || !state.room) return <Opening />;
  return <OpenConversation key={room.roomId} live={room} state={state} me={state.me} />;
}

function Opening() {
  const t = useTranslations("messages");
  return (
    <div className="talk-opening" role="status" aria-label={t("opening")}>
      <SkeletonRows count={10} />
    </div>
  );
}

function OpenConversation({ live, state, me: member }: { live: LiveRoom; state: RoomState; me: Member }) {
  const tertulia = useTertulia();
  const say = useRefusalText();
  const me = member.user;
  const [editing, setEditing] = useState<TimelineMessage | null>(null);
  const [removing, setRemoving] = useState<TimelineMessage | null>(null);
  const [sheet, setSheet] = useState<TimelineMessage | null>(null);
  const timeline = useRef<TimelineHandle>(null);
  const field = useRef<HTMLTextAreaElement>(null);

  const opens = useMemo(() => ({ edit: setEditing, remove: setRemoving, openSheet: setSheet }), []);
  const actions = useActions(live.roomId, opens);
  const moderator = member.role !== "MEMBER";
  const writer = state.status !== "gone" && (moderator || state.room?.settings.whoCanPost !== "admins");
  const users = useMemo(() => state.members.map((each) => each.user), [state.members]);
  const people = useMemo(() => ({ people: peopleOf(users), me: me.id }), [users, me.id]);
  const others = useMemo(() => users.filter((user) => user.id !== me.id), [users, me.id]);
  const nameOf = useCallback((userId: Id) => users.find((user) => user.id === userId)?.displayName ?? null, [users]);
  const conversation = useMemo(() => ({ me, moderator, writer, nameOf, actions }), [me, moderator, writer, nameOf, actions]);

  const send = (content: string) => {
    tertulia.post(live.roomId, { content });
    timeline.current?.toEnd();
  };
  const save = (message: TimelineMessage, content: string) =>
    tertulia.trpc.messages.edit.mutate({ messageId: message.id, content }).then(
      () => null,
      (error: unknown) => say(refusalOf(error)),
    );
  const editLast = () => {
    const last = state.messages.findLast((message) => rightsOver(message, conversation).edit);
    if (last) setEditing(last);
  };
  const stopEditing = () => {
    setEditing(null);
    field.current?.focus();
  };

  const hint = useHint(state, me.id);
  const quiet = state.messages.length === 0 && state.sending.length === 0 && !state.hasBefore;
  return (
    <ConversationContext value={conversation}>
      <PeopleContext value={people}>
        <div className="conversation">
          {quiet ? (
            <div className="grid overflow-y-auto">
              <Suspense fallback={null}>
                <QuietRoom state={state} />
              </Suspense>
            </div>
          ) : (
            <Timeline ref={timeline} live={live} state={state} />
          )}
          <div className="dock">
            <TypingLine typists={state.typists} members={state.members} />
            {writer ? (
              <Composer
                live={live}
                me={me}
                everyone={others}
                hint={hint}
                field={field}
                editing={editing}
                onSend={send}
                onSave={save}
                onStopEditing={stopEditing}
                onEditLast={editLast}
              />
            ) : (
              <ShutComposer state={state} />
            )}
          </div>
        </div>
        <Suspense fallback={null}>
          <Announcer messages={state.messages} me={me.id} />
        </Suspense>
        <Suspense fallback={null}>
          {sheet ? <MessageSheet message={sheet} onClose={() => setSheet(null)} /> : null}
          {removing ? <DeleteDialog message={removing} onClose={() => setRemoving(null)} /> : null}
        </Suspense>
      </PeopleContext>
    </ConversationContext>
  );
}
