import { randomUUID } from "node:crypto";
import type { Id } from "@tertulia/model/ids";
import type { Bus, Notes, Unlisten } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import { MemoryBus } from "./memory-bus.ts";
import { channelOf, LOSSES, readNote, writeLoss, writeNote } from "./notes-on-the-wire.ts";
import { RedisBudgets } from "./redis-budgets.ts";
import { RedisCounters } from "./redis-counters.ts";
import { RedisLeases } from "./redis-leases.ts";
import { RedisLink } from "./redis-link.ts";

const TRIED_AGAIN_WITHIN_MS = { first: 100, later: 1_000 };
/** A loss is told, and told again until Redis takes it, after so long; and those that several nodes tell in this time are looked after once. */
const LOSSES_GATHERED_MS = 1_000;
const MISUNDERSTANDINGS_LOGGED = 100;

export interface RedisBusParts {
  url: string;
  clock: Clock;
  log: Log;
}

interface Channel {
  listeners: number;
  /** Settles when Redis has said that it tells us, or can't be asked any more. */
  subscribed: Promise<void>;
}

/**
 * How several nodes hear each other: a channel of Redis per room, user and run that somebody here listens to. A node hears itself at once and
 * without Redis. While Redis is away notes to others are dropped, not kept: the database is the truth, and whoever listens looks there when it is
 * told that the bus is up again, or that it was away from another node, which hasn't told everything.
 */
export class RedisBus implements Bus {
  readonly leases: RedisLeases;
  readonly counters: RedisCounters;
  readonly budgets: RedisBudgets;
  readonly #parts: RedisBusParts;
  readonly #self = randomUUID();
  readonly #near: MemoryBus;
  readonly #channels = new Map<string, Channel>();
  readonly #upListeners = new Set<() => void>();
  readonly #missedListeners = new Set<() => void>();
  /** What couldn't be understood, by channel: told once each. */
  readonly #misunderstood = new Set<string>();
  #link: RedisLink | null = null;
  #isUp = false;
  #isClosed = false;
  /** Undoes the telling of what others haven't heard of us that is due, if one is. */
  #cancelTellingOfLoss: (() => void) | null = null;
  /** And the looking after what we haven't heard of others. */
  #cancelMissing: (() => void) | null = null;

  /** Resolves after the first attempt to reach Redis, whether or not it succeeded: without Redis a node serves its own people. */
  static async open(parts: RedisBusParts): Promise<RedisBus> {
    const bus = new RedisBus(parts);
    const tried = Promise.withResolvers<void>();
    void bus.#stayLinked(tried.resolve);
    await tried.promise;
    return bus;
  }

  constructor(parts: RedisBusParts) {
    this.#parts = parts;
    this.#near = new MemoryBus(parts);
    const linkIfUp = () => (this.#isUp ? this.#link : null);
    this.leases = new RedisLeases(linkIfUp, parts.clock);
    this.counters = new RedisCounters(linkIfUp, parts);
    this.budgets = new RedisBudgets(linkIfUp);
    void this.#join(LOSSES);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  publish<K extends keyof Notes>(channel: K, id: Id, note: Notes[K]): void {
    this.#near.publish(channel, id, note);
    if (!this.#link?.publish(channelOf(channel, id), writeNote(this.#self, note))) this.#tellOfLossSoon();
  }

  async listen<K extends keyof Notes>(channel: K, id: Id, listener: (note: Notes[K]) => void): Promise<Unlisten> {
    const name = channelOf(channel, id);
    const unlisten = await this.#near.listen(channel, id, listener);
    await this.#join(name);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      unlisten();
      this.#leave(name);
    };
  }

  onUp(listener: () => void): Unlisten {
    return addTo(this.#upListeners, listener);
  }

  onMissed(listener: () => void): Unlisten {
    return addTo(this.#missedListeners, listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTellingOfLoss?.();
    this.#cancelMissing?.();
    this.#link?.close();
    await this.#near.close();
  }

  #join(name: string): Promise<void> {
    const channel = this.#channels.get(name) ?? { listeners: 0, subscribed: this.#subscribe(name) };
    channel.listeners++;
    this.#channels.set(name, channel);
    return channel.subscribed;
  }

  #leave(name: string): void {
    const channel = this.#channels.get(name);
    if (!channel || --channel.listeners > 0) return;
    this.#channels.delete(name);
    this.#link?.unsubscribe(name);
  }

  /** Never rejects: a link that fails is followed by another, which subscribes to everything anew. */
  async #subscribe(name: string): Promise<void> {
    await this.#link?.subscribe(name).catch(() => undefined);
  }

  async #stayLinked(tried: () => void): Promise<void> {
    for (let failures = 0; !this.#isClosed; failures++) {
      try {
        const cause = await this.#beLinked(() => {
          failures = 0;
          tried();
        });
        if (!this.#isClosed) this.#parts.log.warn({ err: cause }, "Redis is out of reach: other nodes are heard through the database until it is back.");
      } catch (error) {
        if (failures === 0) this.#parts.log.warn({ err: error }, "Redis can't be reached.");
      }
      tried();
      if (!this.#isClosed) await this.#waitBeforeTrying(failures);
    }
  }

  /** From reaching Redis to losing it: answers why it was lost. */
  async #beLinked(reached: () => void): Promise<Error> {
    const link = await RedisLink.open({ ...this.#parts, hear: (channel, text) => this.#hear(channel, text) });
    this.#link = link;
    try {
      for (const [name, channel] of this.#channels) channel.subscribed = this.#subscribe(name);
      await Promise.all([...this.#channels.values()].map(({ subscribed }) => subscribed));
      if (this.#isClosed) return new Error("The bus was closed.");
      if (link.isBroken) return await link.broken;
      this.#isUp = true;
      reached();
      this.#parts.log.info({}, "Redis is reached: nodes hear each other.");
      for (const listener of [...this.#upListeners, ...this.#missedListeners]) this.#tell(listener);
      return await link.broken;
    } finally {
      this.#isUp = false;
      this.#link = null;
      link.close();
      if (link.hasUntaken) this.#tellOfLossSoon();
    }
  }

  /** Others have not heard something of ours, and their own links may have stood all the while: they are told as soon as they can be. */
  #tellOfLossSoon(): void {
    if (this.#isClosed) return;
    this.#cancelTellingOfLoss ??= this.#parts.clock.after(LOSSES_GATHERED_MS, () => {
      this.#cancelTellingOfLoss = null;
      if (!this.#link?.publish(LOSSES, writeLoss(this.#self))) this.#tellOfLossSoon();
    });
  }

  #hearOfLoss(): void {
    this.#cancelMissing ??= this.#parts.clock.after(LOSSES_GATHERED_MS, () => {
      this.#cancelMissing = null;
      for (const listener of this.#missedListeners) this.#tell(listener);
    });
  }

  #waitBeforeTrying(failures: number): Promise<void> {
    const most = failures === 0 ? TRIED_AGAIN_WITHIN_MS.first : TRIED_AGAIN_WITHIN_MS.later;
    return new Promise((resolve) => void this.#parts.clock.after(Math.random() * most, resolve));
  }

  #hear(channelName: string, text: string): void {
    const heard = readNote(this.#self, channelName, text);
    switch (heard.said) {
      case "by us":
        return;
      case "room":
        return this.#near.publish(heard.said, heard.id, heard.note);
      case "user":
        return this.#near.publish(heard.said, heard.id, heard.note);
      case "run":
        return this.#near.publish(heard.said, heard.id, heard.note);
      case "server":
        return this.#near.publish(heard.said, heard.id, heard.note);
      case "that something was lost":
        return this.#hearOfLoss();
      default:
        this.#noteMisunderstood(channelName, heard.said);
    }
  }

  #noteMisunderstood(channelName: string, said: string): void {
    if (this.#misunderstood.has(channelName) || this.#misunderstood.size >= MISUNDERSTANDINGS_LOGGED) return;
    this.#misunderstood.add(channelName);
    this.#parts.log.warn({ channel: channelName, said }, "Something was said on the bus that isn't understood; it is left aside.");
  }

  #tell(listener: () => void): void {
    try {
      listener();
    } catch (err) {
      this.#parts.log.error({ err }, "A listener of the bus failed.");
    }
  }
}

/** Each listening is its own, even if the same function listens twice. */
function addTo(listeners: Set<() => void>, listener: () => void): Unlisten {
  const own = () => listener();
  listeners.add(own);
  return () => listeners.delete(own);
}
