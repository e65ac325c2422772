import type { Id, Seq } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import { Refusal, type RefusalCode, type RefusalDetails } from "@tertulia/model/refusals";
import type { Person } from "../cast.ts";
import type { Ear, FactKind, Said } from "./facts.ts";

/** A way into the chat. Whoever comes in by one can do what whoever comes in by another can: only the words on the wire differ. */
export interface Door {
  readonly name: string;
  /** What it has no words for, by its own rules: done by the other doors, and heard by this one all the same. */
  readonly cannotDo: readonly Deed[];
  /** What is told by other doors alone. */
  readonly cannotHear: readonly FactKind[];
  /** Comes in as this person, or as nobody. @throws ToldRefusal where nobody is let in */
  enter(url: string, who: Pick<Person, "token"> | null): Promise<Visit>;
}

export const can = (door: Door, deed: Deed): boolean => !door.cannotDo.includes(deed);
export const hears = (door: Door, kind: FactKind): boolean => !door.cannotHear.includes(kind);

/** All that is done in rooms, in plain words. Each resolves when it's done. @throws ToldRefusal if it is refused */
export interface Deeds {
  post(roomId: Id, content: string, options?: PostOptions): Promise<Posted>;
  edit(messageId: Id, content: string): Promise<void>;
  deleteMessage(messageId: Id): Promise<void>;
  react(messageId: Id, emoji: string): Promise<void>;
  takeReactionBack(messageId: Id, emoji: string): Promise<void>;
  startTyping(roomId: Id): Promise<void>;
  stopTyping(roomId: Id): Promise<void>;
  /** I have read the room up to this message. */
  read(message: Place): Promise<void>;
  /** Resolves with how many are in it then. */
  join(roomId: Id, password?: string): Promise<number>;
  leave(roomId: Id): Promise<void>;
  addMember(roomId: Id, userId: Id): Promise<void>;
  removeMember(roomId: Id, userId: Id): Promise<void>;
  setRole(roomId: Id, userId: Id, role: RoomRole): Promise<void>;
  renameRoom(roomId: Id, title: string): Promise<void>;
  archiveRoom(roomId: Id): Promise<void>;
  unarchiveRoom(roomId: Id): Promise<void>;
  deleteRoom(roomId: Id): Promise<void>;
  stopAnswer(roomId: Id, runId: Id): Promise<void>;
  seeRoom(roomId: Id): Promise<void>;
  /** Who is in it, by id. */
  seeMembers(roomId: Id): Promise<Id[]>;
  /** The newest messages, oldest first. */
  seeMessages(roomId: Id): Promise<Said[]>;
}

export type Deed = keyof Deeds;

export interface PostOptions {
  /** The client's own name for it: the same again is the same deed (protocol M3). */
  clientId?: string;
  type?: string;
  replyToId?: Id;
  metadata?: Record<string, unknown>;
}

export interface Posted {
  id: Id;
  seq: Seq;
}

export interface Place extends Posted {
  roomId: Id;
}

/** Someone who came in by a door: what they do there, and hear. */
export interface Visit extends Deeds, AsyncDisposable {
  /** Resolves when nothing that happens in the room from now on is missed. @throws ToldRefusal if it can't be heard */
  listen(roomId: Id): Promise<Ear>;
  /** The same for whoever comes back, and first of all what they missed since this seq. Before anything else is done or heard. */
  resume(roomId: Id, after: Seq): Promise<Ear>;
}

/** A refusal as a door told it, brought back to core's words. */
export class ToldRefusal extends Refusal {
  /** As it stood on the wire, to the byte. */
  readonly wire: string;

  constructor(code: RefusalCode, details: RefusalDetails, wire: string) {
    super(code, details);
    this.wire = wire;
  }
}

/** The refusal that a deed met. @throws whatever else it met, or if it met none */
export async function refusalOf(deed: Promise<unknown>): Promise<ToldRefusal> {
  try {
    await deed;
  } catch (error) {
    if (error instanceof ToldRefusal) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

/** "done", or the code of what refused it. */
export async function outcomeOf(deed: Promise<unknown>): Promise<"done" | RefusalCode> {
  try {
    await deed;
    return "done";
  } catch (error) {
    if (error instanceof ToldRefusal) return error.code;
    throw error;
  }
}
