import type { Core } from "../core.ts";
import { OnceMore } from "../once-more.ts";
import { MyRooms, type MyRoomsSink, type Places } from "./my-rooms.ts";

type Sources = Pick<Core, "db" | "bus" | "log" | "feeds" | "memberships">;

export interface Start {
  /** The rooms they sat in, and how far the log of each reached, before the other side could hear anything. */
  since: Places;
  /** These of them are resumed next: until then nothing of them is told. */
  resumedNext: Places;
}

/** Those on this node who hear all of their rooms by one connection. */
export class MyRoomsFeeds {
  readonly #sources: Sources;
  readonly #followers = new Set<MyRooms>();
  readonly #unlistenMissed: () => void;

  constructor(sources: Sources) {
    this.#sources = sources;
    const looking = new OnceMore(() => this.#allLookAgain());
    this.#unlistenMissed = sources.bus.onMissed(() => void looking.ask());
  }

  /** Hears every room its user is a member of, and rooms joined later, with no further word (protocol A4). The second answer stops it. */
  async follow(sink: MyRoomsSink, { since, resumedNext }: Start): Promise<{ mine: MyRooms; stop: () => void }> {
    const mine = new MyRooms(this.#sources, sink);
    const unlisten = await this.#sources.bus.listen("user", sink.actor.user.id, (note) => mine.hearNote(note));
    const stop = () => {
      unlisten();
      this.#followers.delete(mine);
      mine.stop();
    };
    try {
      this.#followers.add(mine);
      await mine.start(since, resumedNext);
      return { mine, stop };
    } catch (error) {
      stop();
      throw error;
    }
  }

  close(): void {
    this.#unlistenMissed();
  }

  /** All are read together, in a few statements; nobody waits for what another does with the answer. */
  async #allLookAgain(): Promise<void> {
    const looking = [...this.#followers].map(async (mine) => {
      try {
        await mine.lookAgain();
      } catch (error) {
        this.#sources.log.warn({ err: error }, "Whether someone has come into a room could not be read.");
        mine.sink.ended("broken");
      }
    });
    await Promise.all(looking);
  }
}
