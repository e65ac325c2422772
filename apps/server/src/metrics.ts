import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isLoopback } from "@tertulia/core/accounts/caller";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Gate } from "@tertulia/trpc/gate/open-gate";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** What the server does, as numbers for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #http: Histogram<"route" | "status">;
  readonly #posts: Counter;
  readonly #loop = monitorEventLoopDelay({ resolution: 10 });
  readonly #token: string | null;

  constructor(token: string | null) {
    this.#token = token;
    const registers = [this.#registry];
    this.#http = new Histogram({
      name: "tertulia_http_seconds",
      help: "HTTP requests by what answered them",
      labelNames: ["route", "status"],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.#posts = new Counter({ name: "tertulia_posts_total", help: "Messages posted through this node", registers });
    const loop = this.#loop;
    loop.enable();
    new Gauge({
      name: "tertulia_event_loop_delay_p99_seconds",
      help: "How late timers are, since the last look",
      registers,
      collect() {
        this.set(loop.percentile(99) / 1e9);
        loop.reset();
      },
    });
    new Gauge({
      name: "tertulia_resident_memory_bytes",
      help: "Memory of the process",
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  watch({ counts }: Gate): void {
    const registers = [this.#registry];
    new Gauge({
      name: "tertulia_sockets",
      help: "Open WebSocket connections",
      registers,
      collect() {
        this.set(counts.sockets);
      },
    });
    new Counter({
      name: "tertulia_deliveries_total",
      help: "Frames written to followers",
      registers,
      collect() {
        this.reset();
        this.inc(counts.deliveries);
      },
    });
  }

  /** The same bus, on which posts are counted as they are announced. */
  countingPosts(bus: Bus): Bus {
    const publish: Bus["publish"] = (channel, id, note) => {
      if (note.kind === "events") this.#posts.inc(note.events.filter(({ type }) => type === "message.posted").length);
      bus.publish(channel, id, note);
    };
    return {
      publish,
      listen: bus.listen.bind(bus),
      onUp: bus.onUp.bind(bus),
      get isUp() {
        return bus.isUp;
      },
      leases: bus.leases,
      counters: bus.counters,
      close: () => bus.close(),
    };
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
