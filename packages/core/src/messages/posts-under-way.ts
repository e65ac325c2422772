interface UnderWay {
  accessVersion: number;
  /** Resolves when it and all before it are stored or refused. */
  over: Promise<unknown>;
}

/**
 * What each sender has under way to a room. Posts decided on the same facts follow each other unseen: if those are stale, all of them are. One that is
 * decided on newer facts waits until those before it are over, or it would overtake them while they are decided anew.
 */
export class PostsUnderWay {
  readonly #last = new Map<string, UnderWay>();

  /** The place of a sender's post, which is over with `over`. */
  line(sender: string, over: Promise<void>): Line {
    return new Line(this.#last, sender, over);
  }
}

/** One post's place in its sender's line. */
export class Line {
  readonly sender: string;
  /** Resolves when all that came before it are over. */
  before: Promise<unknown> | undefined;
  readonly #last: Map<string, UnderWay>;
  readonly #over: Promise<void>;

  constructor(last: Map<string, UnderWay>, sender: string, over: Promise<void>) {
    this.#last = last;
    this.sender = sender;
    this.#over = over;
  }

  /** It is decided on facts of this version. Asked in turn. */
  async enter(accessVersion: number): Promise<void> {
    const last = this.#last.get(this.sender);
    if (last && last.accessVersion !== accessVersion) await last.over;
    this.before = last?.over;
    const mine = { accessVersion, over: last ? Promise.all([last.over, this.#over]) : this.#over };
    this.#last.set(this.sender, mine);
    void mine.over.then(() => this.#last.get(this.sender) === mine && this.#last.delete(this.sender));
  }
}
