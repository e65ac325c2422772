const EVERY_MS = 3_000;
const STEPS = 100;

interface Alive {
  keepAlive(): void;
}

/** Says a word on every open connection every three seconds, a hundredth of them at a time: servers let go whoever is silent. */
class KeepAlive {
  readonly #all = new Set<Alive>();
  #timer: NodeJS.Timeout | undefined;
  #step = 0;

  add(one: Alive): void {
    this.#all.add(one);
    this.#timer ??= setInterval(() => this.#speak(), EVERY_MS / STEPS);
  }

  remove(one: Alive): void {
    this.#all.delete(one);
    if (this.#all.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #speak(): void {
    this.#step = (this.#step + 1) % STEPS;
    let place = 0;
    for (const one of this.#all) if (place++ % STEPS === this.#step) one.keepAlive();
  }
}

/** Runs while there are connections. */
export const keptAlive = new KeepAlive();
