"use client";

import type { Id } from "@tertulia/model/ids";
import type { Room } from "@tertulia/model/rooms";
import { createContext, lazy, Suspense, useContext, useMemo, useState, type ReactNode } from "react";

/** A dialog that can be asked for from anywhere, and what it is about. */
export type DialogRequest =
  | { kind: "new-room" }
  | { kind: "find-room" }
  | { kind: "message-someone" }
  | { kind: "ask-assistant" }
  | { kind: "settings" }
  | { kind: "switcher" }
  | { kind: "add-people"; roomId: Id }
  | { kind: "edit-room"; room: Room }
  | { kind: "leave-room"; room: Room; title: string }
  | { kind: "delete-room"; room: Room };

export interface Dialogs {
  open(request: DialogRequest): void;
}

// Each comes when it is first asked for: none is needed to read and to write.
const NewRoom = lazy(() => import("@/features/rooms/new-room-dialog"));
const FindRoom = lazy(() => import("@/features/rooms/find-room-dialog"));
const EditRoom = lazy(() => import("@/features/rooms/edit-room-dialog"));
const LeaveRoom = lazy(() => import("@/features/rooms/leave-room-dialog"));
const DeleteRoom = lazy(() => import("@/features/rooms/delete-room-dialog"));
const MessageSomeone = lazy(() => import("@/features/people/message-someone-dialog"));
const AddPeople = lazy(() => import("@/features/people/add-people-dialog"));
const AskAssistant = lazy(() => import("@/features/people/ask-assistant-dialog"));
const Settings = lazy(() => import("@/features/settings/settings-dialog"));
const Switcher = lazy(() => import("./switcher"));

const DialogsContext = createContext<Dialogs | null>(null);

/** Holds the one dialog that is open. */
export function DialogsProvider({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<DialogRequest | null>(null);
  const dialogs = useMemo<Dialogs>(() => ({ open: setRequest }), []);
  return (
    <DialogsContext value={dialogs}>
      {children}
      <Suspense fallback={null}>{request ? <Requested request={request} onClose={() => setRequest(null)} /> : null}</Suspense>
    </DialogsContext>
  );
}

export function useDialogs(): Dialogs {
  const dialogs = useContext(DialogsContext);
  if (!dialogs) throw new Error("useDialogs is called outside of DialogsProvider.");
  return dialogs;
}

function Requested({ request, onClose }: { request: DialogRequest; onClose: () => void }) {
  switch (request.kind) {
    case "new-room":
      return <NewRoom onClose={onClose} />;
    case "find-room":
      return <FindRoom onClose={onClose} />;
    case "edit-room":
      return <EditRoom room={request.room} onClose={onClose} />;
    case "leave-room":
      return <LeaveRoom room={request.room} title={request.title} onClose={onClose} />;
    case "delete-room":
      return <DeleteRoom room={request.room} onClose={onClose} />;
    case "message-someone":
      return <MessageSomeone onClose={onClose} />;
    case "add-people":
      return <AddPeople roomId={request.roomId} onClose={onClose} />;
    case "ask-assistant":
      return <AskAssistant onClose={onClose} />;
    case "settings":
      return <Settings onClose={onClose} />;
    case "switcher":
      return <Switcher onClose={onClose} />;
  }
}
