import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Presence } from "@tertulia/model/presence";
import type { Core } from "../core.ts";
import { loadPresence } from "../presence/load-presence.ts";
import { loadReads } from "../reads/load-reads.ts";
import { AskedTogether } from "../asked-together.ts";
import { Encoded } from "./encoded.ts";
import type { Batch } from "./feed.ts";

type Sources = Pick<Core, "db" | "bus" | "clock" | "runs">;

interface Question {
  kind: "reads" | "presence" | "runs";
  roomId: Id;
  /** A member: all of them are told the same. */
  viewerId: Id;
}

const ASKED_AT_ONCE = 250;

/** What those who begin to follow what fades by itself are told first. It is the same for all members of a room, so it is read and encoded once for those who ask together. */
export class RoomStates {
  readonly #sources: Sources;
  readonly #states: AskedTogether<Question, Encoded>;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#states = new AskedTogether(ASKED_AT_ONCE, (questions) => this.#readAll(questions));
  }

  now(question: Question): Promise<Encoded> {
    return this.#states.ask(question);
  }

  async #readAll(questions: Question[]): Promise<(question: Question) => Encoded> {
    const different = new Map(questions.map((question) => [keyOf(question), question]));
    const read = await Promise.all([...different].map(async ([key, question]) => [key, new Encoded(await this.#read(question))] as const));
    const states = new Map(read);
    return (question) => {
      const state = states.get(keyOf(question));
      if (!state) throw new Error(`the ${question.kind} of ${question.roomId} were not read`);
      return state;
    };
  }

  async #read({ kind, roomId }: Question): Promise<Batch> {
    switch (kind) {
      case "reads":
        return { kind, items: await loadReads(this.#sources.db, roomId) };
      case "presence":
        return { kind, items: await this.presenceIn(roomId) };
      case "runs":
        return { kind, items: await this.#sources.runs.liveRuns(roomId) };
    }
  }

  /** As the room's members are told it live: of another room that someone looks at nothing is said here. All of them may know the same. */
  async presenceIn(roomId: Id): Promise<Presence[]> {
    const people = await this.#peopleOf(roomId);
    const [member] = people;
    if (member === undefined) return [];
    const presence = await loadPresence(this.#sources, member, people);
    return presence.map((person) => (person.currentRoomId === roomId ? person : { ...person, currentRoomId: null }));
  }

  /** Whose presence is pushed in this room: everyone's in a room of up to 200, nobody's in a larger one (protocol P1). */
  async #peopleOf(roomId: Id): Promise<Id[]> {
    const members = await this.#sources.db
      .selectFrom("room_members")
      .innerJoin("users", "users.id", "room_members.user_id")
      .select("users.id")
      .where("room_members.room_id", "=", roomId)
      .where("users.kind", "=", "human")
      .limit(limits.presencePushedUpToMembers + 1)
      .execute();
    return members.length > limits.presencePushedUpToMembers ? [] : members.map(({ id }) => id);
  }
}

const keyOf = ({ kind, roomId }: Question) => `${kind} ${roomId}`;
