import type { ClientFrame } from "./frames.ts";

/** More than these unanswered, and no further frame is read until half of them are. */
const MOST_UNANSWERED = 64;

/** The connection as its requests know it. */
export interface RequestHost {
  /** Does what a frame asks; its answer, or null if there is none to be given. Never rejects. */
  handle(frame: ClientFrame): Promise<Buffer | null>;
  send(frame: Buffer, isBacklog: boolean): void;
  /** Whether further frames are read. */
  listens(isListening: boolean): void;
}

/** Something that leaves in its turn: an answer that may not be there yet, or what was to be delivered after it. */
interface Leaving {
  frame: Buffer | null;
  isThere: boolean;
  isAnswer: boolean;
  isBacklog: boolean;
}

/**
 * The requests of one connection: done and answered in the order they came (protocol E6), each knowing the effects of those before it. Messages to
 * one room that follow each other are under way together, since the core keeps their order; anything else waits for what is before it.
 * What others are told meanwhile, this connection hears after the answers: so the answer to a message comes before the copy that everyone gets.
 */
export class Requests {
  readonly #host: RequestHost;
  // Most connections say nothing most of the time: what they'd need for it is made when they do.
  #waiting: (ClientFrame | Buffer)[] | null = null;
  #leaving: Leaving[] | null = null;
  /** What is under way, of one kind. */
  #doing: ClientFrame | null = null;
  #unanswered = 0;
  #isListening = true;
  #whenAnswered: (() => void)[] | null = null;
  /** Bytes that wait for an answer to leave before them. */
  held = 0;

  constructor(host: RequestHost) {
    this.#host = host;
  }

  /** A frame to be handled, or the answer to one that wasn't even understood. */
  add(request: ClientFrame | Buffer): void {
    (this.#waiting ??= []).push(request);
    this.#unanswered++;
    this.#startNext();
    this.#listenAsFits();
  }

  /** Something that isn't an answer leaves now, or after the answers that are under way; but a backlog that was asked for is its own answer's way. */
  deliver(frame: Buffer, isBacklog: boolean): void {
    if (!this.#leaving || this.#doing?.type === "resume") return this.#host.send(frame, isBacklog);
    this.held += frame.length;
    this.#leaving.push({ frame, isThere: true, isAnswer: false, isBacklog });
  }

  /** Resolves when everything that was asked has been answered. */
  async answered(): Promise<void> {
    if (this.#unanswered > 0) await new Promise<void>((resolve) => (this.#whenAnswered ??= []).push(resolve));
  }

  /** What waits is not begun any more. */
  stop(): void {
    this.#unanswered -= this.#waiting?.length ?? 0;
    this.#waiting = null;
    this.#tellAnswered();
  }

  #startNext(): void {
    for (let next = this.#waiting?.[0]; next && this.#mayStart(next); next = this.#waiting?.[0]) {
      this.#waiting?.shift();
      const answer: Leaving = { frame: null, isThere: false, isAnswer: true, isBacklog: false };
      (this.#leaving ??= []).push(answer);
      if (Buffer.isBuffer(next)) this.#isAnswered(answer, next);
      else {
        this.#doing = next;
        void this.#host.handle(next).then((frame) => this.#isAnswered(answer, frame));
      }
    }
    if (this.#waiting?.length === 0) this.#waiting = null;
  }

  #mayStart(next: ClientFrame | Buffer): boolean {
    if (!this.#doing || Buffer.isBuffer(next)) return true;
    return this.#doing.type === "message" && next.type === "message" && this.#doing.data.room_id === next.data.room_id;
  }

  #isAnswered(answer: Leaving, frame: Buffer | null): void {
    answer.frame = frame;
    answer.isThere = true;
    this.#unanswered--;
    this.#letGo();
    this.#startNext();
    this.#listenAsFits();
    this.#tellAnswered();
  }

  /** All at the front of the line that are there. */
  #letGo(): void {
    const leaving = this.#leaving;
    if (!leaving) return;
    const stays = leaving.findIndex(({ isThere }) => !isThere);
    const going = leaving.splice(0, stays < 0 ? leaving.length : stays);
    // Nothing of what was begun is unanswered any more.
    if (stays < 0) {
      this.#leaving = null;
      this.#doing = null;
    }
    for (const { frame, isAnswer, isBacklog } of going) {
      if (!frame) continue;
      if (!isAnswer) this.held -= frame.length;
      this.#host.send(frame, isBacklog);
    }
  }

  #listenAsFits(): void {
    const fits = this.#isListening ? this.#unanswered <= MOST_UNANSWERED : this.#unanswered <= MOST_UNANSWERED / 2;
    if (fits === this.#isListening) return;
    this.#isListening = fits;
    this.#host.listens(fits);
  }

  #tellAnswered(): void {
    if (this.#unanswered > 0) return;
    for (const resolve of this.#whenAnswered ?? []) resolve();
    this.#whenAnswered = null;
  }
}
