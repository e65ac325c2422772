import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isLoopback } from "@tertulia/core/accounts/caller";
import type { Core } from "@tertulia/core/core";
import type { Database } from "@tertulia/db/open";
import type { GateCounts } from "@tertulia/gate/connection";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** What the metrics are read from. */
export interface Measured {
  core: Core;
  database: Database;
  /** Of all doors together. */
  counts: () => GateCounts;
}

/** What the server does, as numbers for Prometheus; docs/operate.md says what each tells. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #http: Histogram<"route" | "status">;
  readonly #loop = monitorEventLoopDelay({ resolution: 10 });
  readonly #token: string | null;

  constructor(token: string | null) {
    this.#token = token;
    this.#http = new Histogram({
      name: "tertulia_http_seconds",
      help: "HTTP requests by what answered them",
      labelNames: ["route", "status"],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers: [this.#registry],
    });
    const loop = this.#loop;
    loop.enable();
    this.#gauge("tertulia_event_loop_delay_p99_seconds", "How late timers are, since the last look", () => {
      const seconds = loop.percentile(99) / 1e9;
      loop.reset();
      return seconds;
    });
    this.#gauge("tertulia_resident_memory_bytes", "Memory of the process", () => process.memoryUsage.rss());
  }

  watch({ core, database, counts }: Measured): void {
    this.#watchPosts(core);
    this.#gauge("tertulia_sockets", "Open WebSocket connections", () => counts().sockets);
    this.#gauge("tertulia_follows", "Subscriptions that the feed writes to", () => counts().follows);
    this.#count("tertulia_deliveries_total", "Frames written to followers", () => counts().deliveries);
    this.#count("tertulia_slow_readers_dropped_total", "Connections closed since they didn't read", () => counts().slowDropped);
    this.#gauge("tertulia_rooms_followed", "Rooms that someone here follows", () => core.feeds.count().rooms);
    this.#gauge("tertulia_room_followers", "Followers of rooms' messages", () => core.feeds.count().followers);
    this.#gauge("tertulia_bus_up", "1 while other nodes are heard", () => (core.bus.isUp ? 1 : 0));
    this.#gauge("tertulia_database_connections_lent", "Database connections in use", () => database.use().lent);
    this.#gauge("tertulia_database_callers_waiting", "Callers that wait for a database connection", () => database.use().waiting);
  }

  #watchPosts({ posts }: Core): void {
    const registers = [this.#registry];
    const answered = new Counter({ name: "tertulia_posts_total", help: "Posts answered by this node", registers });
    const seconds = new Histogram({
      name: "tertulia_post_seconds",
      help: "From a post's decision to its commit",
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    const perFlight = new Histogram({ name: "tertulia_posts_per_flight", help: "Posts committed together", buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256], registers });
    posts.observe(({ tookMs }) => {
      answered.inc(tookMs.length);
      perFlight.observe(tookMs.length);
      for (const ms of tookMs) seconds.observe(ms / 1_000);
    });
    this.#gauge("tertulia_posts_waiting", "Posts that wait for a flight", () => posts.length);
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #count(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** Starts a measure; the answer ends it. */
  timeRequest(): (route: string, status: number) => void {
    const end = this.#http.startTimer();
    return (route, status) => void end({ route, status: String(status) });
  }

  /** With a token, whoever shows it. Without, only a program on this machine: a proxy here speaks for others, and says so in its headers. */
  mayRead({ headers, socket }: IncomingMessage): boolean {
    if (this.#token !== null) return isSame(headers.authorization ?? "", `Bearer ${this.#token}`);
    const isForwarded = Object.keys(headers).some((name) => name === "forwarded" || name === "via" || name.startsWith("x-forwarded-"));
    return !isForwarded && isLoopback(socket.remoteAddress ?? "") && LOOPBACK_HOST.test(headers.host ?? "");
  }

  async page(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  close(): void {
    this.#loop.disable();
    this.#registry.clear();
  }
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
