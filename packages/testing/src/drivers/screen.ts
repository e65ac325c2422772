import { type LiveRoom, type RoomState, type Tertulia, createTertulia } from "@tertulia/client";
import type { Id } from "@tertulia/model/ids";
import type { Guest } from "../crowd.ts";
import type { Oracle, View } from "../oracle/oracle.ts";
import { until } from "../until.ts";

/** Someone who has a room open in the real client, and what they see there. Tells the oracle what they say. */
export class Screen implements AsyncDisposable {
  readonly who: string;
  readonly client: Tertulia;
  readonly room: LiveRoom;
  /** What failed for good: must stay empty, since a fault that passes is waited for. */
  readonly refused: string[] = [];
  readonly #oracle: Oracle;
  readonly #onTheirWay = new Map<string, string>();
  readonly #firstShown = new Map<string, number>();

  constructor({ url, guest, roomId, oracle }: { url: string; guest: Pick<Guest, "username" | "token">; roomId: Id; oracle: Oracle }) {
    this.who = guest.username;
    this.#oracle = oracle;
    this.client = createTertulia({ url, token: guest.token });
    this.room = this.client.room(roomId);
    this.room.subscribe(() => this.#look());
    this.client.outbox.subscribe(() => this.#lookForAnswers());
  }

  says(content: string): void {
    this.#oracle.sends(this.who, content);
    this.#onTheirWay.set(this.client.post(this.room.roomId, { content }), content);
  }

  /** Ready, and hearing what happens. */
  ready(): Promise<unknown> {
    return Promise.all([until(this.client.connection, ({ status }) => status === "online"), until(this.room, ({ status, catchingUp }) => status === "ready" && !catchingUp)]);
  }

  /** Resolves when a connection that was cut at this moment, by `Date.now()`, is replaced, and the room caught up. A moment's absence may go unnoticed, its end doesn't. */
  async untilBack(cutAt: number): Promise<void> {
    await until(this.client.connection, ({ status, since }) => status === "online" && since >= cutAt);
    await this.ready();
  }

  /** Resolves when the room has been shown up to this seq. */
  untilHead(seq: number): Promise<RoomState> {
    return until(this.room, ({ headSeq, status, catchingUp }) => status === "ready" && !catchingUp && headSeq >= seq);
  }

  /** When this was first on the screen, by `performance.now()`. */
  shownAt(content: string): number | undefined {
    return this.#firstShown.get(content);
  }

  /** All that the room shows, scrolled up to its beginning. */
  async view(): Promise<View> {
    while (this.room.get().hasBefore) await this.room.loadOlder();
    return { who: this.who, messages: this.room.get().messages };
  }

  #look(): void {
    const now = performance.now();
    const { messages } = this.room.get();
    for (const { content } of messages.slice(-100)) if (!this.#firstShown.has(content)) this.#firstShown.set(content, now);
  }

  #lookForAnswers(): void {
    const waiting = new Map(this.client.outbox.get().items.map((item) => [item.clientId, item]));
    for (const [clientId, content] of this.#onTheirWay) {
      const item = waiting.get(clientId);
      if (item?.status === "failed") this.refused.push(`${content}: ${item.refusal?.code}`);
      if (item && item.status !== "failed") continue;
      this.#onTheirWay.delete(clientId);
      if (!item) this.#oracle.hearsAcknowledged(content);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}
