import type { RunDelta } from "@tertulia/model/assistants";
import type { Id, Seq } from "@tertulia/model/ids";
import type { FadingNote } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Presence } from "@tertulia/model/presence";
import type { Typing } from "@tertulia/model/typing";
import type { Courier, Lane } from "./courier.ts";
import { Encoded } from "./encoded.ts";
import type { Batch, Sink, SinkEnd } from "./feed.ts";
import { Follower, Followers } from "./follower.ts";
import { NewestNews } from "./newest-news.ts";
import { Paced } from "./paced.ts";
import { Typists } from "./typists.ts";

/** More than these hear the words of an answer ten times a second rather than twenty: bringing them is most of what an answer costs. */
const CROWD = 50;
const CROWD_HEARS_WORDS_EVERY_MS = 100;
/** For who isn't live yet, which takes long where much was missed. */
const MOST_HELD = 256;

export type FadingKind = "reads" | "typing" | "presence" | "runs";
type Reading = Extract<FadingNote, { kind: "reads" }> & { userId: Id };
export type FadingFollower = Follower<Encoded>;

/** Those on this node who follow what fades by itself in a room: it travels by the bus alone, and is the first to be left out for a slow reader. */
export class FadingFollowers {
  readonly #roomId: Id;
  readonly #followers: Record<FadingKind | "everything", Followers<FadingFollower>> = {
    reads: new Followers(),
    typing: new Followers(),
    presence: new Followers(),
    runs: new Followers(),
    everything: new Followers(),
  };
  readonly #courier: Courier;
  readonly #lane: Lane;
  readonly #typists: Typists;
  readonly #reads: NewestNews<Reading>;
  readonly #presence: NewestNews<Presence>;
  readonly #runs: Paced;
  #untoldRuns: RunDelta[] = [];

  constructor(roomId: Id, courier: Courier, lane: Lane, clock: Clock) {
    this.#roomId = roomId;
    this.#courier = courier;
    this.#lane = lane;
    this.#typists = new Typists(clock);
    this.#reads = new NewestNews(clock, (readings) => this.#tell({ kind: "reads", items: readings.map(({ position }) => position) }, readings));
    this.#presence = new NewestNews(clock, (items) => this.#tell({ kind: "presence", items }, items.map((presence) => ({ kind: "presence", presence }))));
    this.#runs = new Paced(clock, () => {
      const items = this.#untoldRuns;
      this.#untoldRuns = [];
      this.#tell({ kind: "runs", items }, items.map((delta) => ({ kind: "delta", delta })));
    });
  }

  has(kind: FadingKind): boolean {
    return this.#followers[kind].size + this.#followers.everything.size > 0;
  }

  get typists(): Typing[] {
    return this.#typists.now;
  }

  hear(note: FadingNote): void {
    switch (note.kind) {
      case "typing":
        if (this.#typists.hear(note.typing, (ceased) => this.#tellTyping(ceased))) this.#tellTyping(note.typing);
        return;
      case "reads":
        return this.#reads.add({ ...note, userId: note.position.userId });
      case "presence":
        return this.#presence.add(note.presence);
      case "delta":
        return this.tellRuns([note.delta]);
    }
  }

  tellRuns(items: RunDelta[]): void {
    this.#untoldRuns.push(...items);
    this.#runs.isDue(this.#followers.runs.size + this.#followers.everything.size > CROWD ? CROWD_HEARS_WORDS_EVERY_MS : 0);
  }

  add(kind: FadingKind | "everything", sink: Sink): FadingFollower {
    const follower: FadingFollower = new Follower(sink);
    this.#followers[kind].add(follower);
    return follower;
  }

  /** The state as it was read since it was added comes first, if it asked for one, then what was told meanwhile: or an older state would have the last word. */
  goLive(kind: FadingKind | "everything", follower: FadingFollower, state: Encoded | null, head: Seq): void {
    const followers = this.#followers[kind];
    const { held, end } = follower.goesLive(head);
    for (const encoded of state ? [state, ...held] : held) if (followers.has(follower)) followers.deliver(encoded, follower);
    if (end !== null) followers.letGo(follower, end);
  }

  remove(kind: FadingKind | "everything", follower: FadingFollower): void {
    this.#followers[kind].remove(follower);
  }

  /** A round: an event has put these sinks' users out. */
  *putOut(seq: Seq, end: SinkEnd, concerns: (sink: Sink) => boolean): Generator<void> {
    for (const followers of Object.values(this.#followers)) yield* followers.putOut(seq, end, concerns);
  }

  close(): void {
    this.#typists.close();
    this.#reads.close();
    this.#presence.close();
    this.#runs.cancel();
  }

  /** Nobody is told of their own typing. */
  #tellTyping(typing: Typing): void {
    this.#tell({ kind: "typing", items: [typing] }, [{ kind: "typing", typing }], ({ sink }) => sink.actor.user.id !== typing.userId);
  }

  #tell(batch: Batch & { kind: FadingKind }, items: FadingNote[], concerns: (follower: FadingFollower) => boolean = () => true): void {
    const { [batch.kind]: followers, everything } = this.#followers;
    if (followers.size > 0) this.#courier.carry(this.#lane, toEach(followers, new Encoded(batch), concerns));
    if (everything.size === 0) return;
    // An answer's words don't wait for anyone: they'd come after its end, if that was missed or waits too, and begin it anew.
    const concernsNow = batch.kind === "runs" ? ({ held }: FadingFollower) => held === null : concerns;
    this.#courier.carry(this.#lane, toEach(everything, new Encoded({ kind: "fading", roomId: this.#roomId, items }), concernsNow));
  }
}

function* toEach(followers: Followers<FadingFollower>, encoded: Encoded, concerns: (follower: FadingFollower) => boolean): Generator<void> {
  for (const follower of followers) {
    if (!concerns(follower)) continue;
    if (follower.held) follower.hold(encoded, MOST_HELD);
    else followers.deliver(encoded, follower);
    yield;
  }
}
