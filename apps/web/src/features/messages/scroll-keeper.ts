/** How near to its end the log counts as being at its end, in pixels. */
const END_PX = 24;
/** Older messages are asked for this many screens before the reader gets to them. */
const NEAR_START_SCREENS = 1.5;
/** A finger that moves less than this rests, in pixels. */
const DRAG_PX = 4;

export interface ScrollKeeperOptions {
  /** The reader came near the beginning of what is held. */
  onNearStart: () => void;
  onFollowing: (following: boolean) => void;
}

/**
 * Holds the reader's place in the log. Either it follows the end, or a row of the log is its anchor: whatever grows above or
 * below, that row stays where it is. Rows are children of `content` with a `data-row` key; what lies between them doesn't matter,
 * so a list that holds only a window of its rows works too. The browser's own anchoring is off (`overflow-anchor: none`).
 */
export class ScrollKeeper {
  private readonly scroller: HTMLElement;
  private readonly content: HTMLElement;
  private readonly options: ScrollKeeperOptions;
  private readonly resizes: ResizeObserver;
  private readonly ending = new AbortController();
  private following = true;
  private anchor: { key: string; top: number } | null = null;
  /** Where the log stood, and how large it was, when it was last looked at. */
  private lastTop = 0;
  private lastSize = "";
  private touchedAt = 0;

  constructor(scroller: HTMLElement, content: HTMLElement, options: ScrollKeeperOptions) {
    this.scroller = scroller;
    this.content = content;
    this.options = options;
    this.resizes = new ResizeObserver(() => this.settle());
    this.resizes.observe(scroller);
    this.resizes.observe(content);
    const { signal } = this.ending;
    scroller.addEventListener("scroll", () => this.onScroll(), { signal, passive: true });
    scroller.addEventListener("wheel", (event) => event.deltaY < 0 && this.stopFollowing(), { signal, passive: true });
    scroller.addEventListener("touchstart", (event) => (this.touchedAt = yOf(event)), { signal, passive: true });
    scroller.addEventListener("touchmove", (event) => yOf(event) - this.touchedAt > DRAG_PX && this.stopFollowing(), { signal, passive: true });
  }

  /** Opens the log at a row, a quarter of the way down, or at its end. */
  openAt(row: string | null): void {
    const element = row === null ? null : this.find(row);
    if (!element) return this.toEnd();
    this.follow(false);
    this.scroller.scrollTop += this.topOf(element) - this.scroller.clientHeight / 4;
    this.look();
    if (this.fromEnd() <= END_PX) this.follow(true);
  }

  toEnd(): void {
    this.follow(true);
    this.settle();
  }

  /** Puts the log back to where the reader was. To be called before the screen is painted, whenever rows came, went or grew. */
  settle(): void {
    if (this.following) this.scroller.scrollTop = this.scroller.scrollHeight;
    else this.holdAnchor();
    this.look();
  }

  /** Whether the end of the log is on screen. */
  showsEnd(): boolean {
    return this.fromEnd() <= END_PX;
  }

  close(): void {
    this.ending.abort();
    this.resizes.disconnect();
  }

  private onScroll(): void {
    const { scrollTop } = this.scroller;
    const moved = scrollTop - this.lastTop;
    if (Math.abs(moved) < 1) return;
    // What changes its size may be scrolled by the browser alone: nobody meant to leave the end.
    if (this.following && this.size() !== this.lastSize) return this.settle();
    if (moved > 0 && this.showsEnd()) this.follow(true);
    else if (moved < 0 && this.fromEnd() > 1) this.follow(false);
    this.look();
  }

  /** At once, not with the scroll that comes after it: in between, a growing answer would pull the reader back. */
  private stopFollowing(): void {
    if (this.scroller.scrollTop > 0) this.follow(false);
  }

  private holdAnchor(): void {
    const element = this.anchor && this.find(this.anchor.key);
    if (!this.anchor || !element) return;
    // A scroll whose event is still to come has moved the anchor on screen, and the reader meant it.
    const wanted = this.anchor.top - (this.scroller.scrollTop - this.lastTop);
    const drift = this.topOf(element) - wanted;
    if (Math.abs(drift) >= 0.5) this.scroller.scrollTop += drift;
  }

  /** Remembers the row at the top of the screen, and asks for older ones if there are few above it. */
  private look(): void {
    const { scrollTop, clientHeight } = this.scroller;
    this.lastTop = scrollTop;
    this.lastSize = this.size();
    const row = this.firstOnScreen();
    const key = row?.dataset["row"];
    this.anchor = row && key !== undefined ? { key, top: this.topOf(row) } : null;
    if (scrollTop < clientHeight * NEAR_START_SCREENS) this.options.onNearStart();
  }

  /** Halves the rows: measuring each of them at every scroll would cost more than the scroll. */
  private firstOnScreen(): HTMLElement | null {
    const rows = this.content.querySelectorAll<HTMLElement>(":scope > [data-row]");
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = rows[middle];
      if (row && this.topOf(row) + row.offsetHeight > 0) high = middle;
      else low = middle + 1;
    }
    return rows[low] ?? null;
  }

  private find(key: string): HTMLElement | null {
    return this.content.querySelector<HTMLElement>(`:scope > [data-row="${CSS.escape(key)}"]`);
  }

  /** Below the upper edge of what is on screen. */
  private topOf(row: HTMLElement): number {
    return row.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
  }

  private size(): string {
    return `${this.scroller.scrollHeight} ${this.scroller.clientHeight}`;
  }

  private fromEnd(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  private follow(following: boolean): void {
    if (following === this.following) return;
    this.following = following;
    this.options.onFollowing(following);
  }
}

const yOf = (event: TouchEvent): number => event.touches[0]?.clientY ?? 0;
