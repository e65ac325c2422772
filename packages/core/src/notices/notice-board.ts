import type { Notice } from "@tertulia/model/notices";
import { EVERYONE } from "@tertulia/model/ports/bus";
import type { Core } from "../core.ts";
import type { Lane } from "../feed/courier.ts";
import { Encoded } from "../feed/encoded.ts";
import type { Sink } from "../feed/feed.ts";
import { tellEach } from "../feed/tell-each.ts";
import { loadNotices } from "./load-notices.ts";

type Sources = Pick<Core, "db" | "bus" | "clock" | "log" | "feeds">;

/** Opens the board and has it hear what other nodes announce. */
export async function openNoticeBoard(sources: Sources): Promise<NoticeBoard> {
  const board = new NoticeBoard(sources);
  await board.open();
  return board;
}

/** Those connected to this node who follow the server's notices. A notice may come twice: it is known by its id. */
export class NoticeBoard {
  readonly #sources: Sources;
  readonly #sinks = new Set<Sink>();
  readonly #lane: Lane = [];
  #closing: (() => void)[] = [];

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  async open(): Promise<void> {
    const { bus } = this.#sources;
    const unlisten = await bus.listen("server", EVERYONE, ({ notice }) => this.tell([notice]));
    this.#closing = [unlisten, bus.onMissed(() => void this.#tellInForce())];
  }

  /** Starts with the announcements still in force; the sink is registered before they are read, so none falls between. */
  async follow(sink: Sink): Promise<() => void> {
    this.#sinks.add(sink);
    try {
      new Encoded({ kind: "notices", items: await this.#inForce() }).writeTo(sink);
    } catch (error) {
      this.#sinks.delete(sink);
      throw error;
    }
    return () => this.#sinks.delete(sink);
  }

  /** Tells those connected to this node. */
  tell(items: Notice[]): void {
    const encoded = new Encoded({ kind: "notices", items });
    this.#sources.feeds.courier.carry(this.#lane, tellEach(this.#sinks, () => encoded));
  }

  close(): void {
    for (const stop of this.#closing) stop();
    this.#sinks.clear();
  }

  /** What other nodes announced without being heard is found in the database. */
  async #tellInForce(): Promise<void> {
    try {
      const items = await this.#inForce();
      if (items.length > 0) this.tell(items);
    } catch (error) {
      this.#sources.log.warn({ err: error }, "The announcements in force could not be read; who connects anew will see them.");
    }
  }

  #inForce(): Promise<Notice[]> {
    return loadNotices(this.#sources.db, new Date(this.#sources.clock.now()));
  }
}
