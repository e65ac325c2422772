import type { Database } from "@tertulia/db/open";
import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs } from "kysely";

/** Where the fetch of a room, and then its follow, can be held up; in the order in which they come by. */
export const points = [
  "before the page is asked for",
  "after the page is read, before it is shown",
  "before the follow is asked for",
  "after the follow is registered, before it is let in",
  "between its backlog and what is live",
] as const;
export type Point = (typeof points)[number];

/** Someone who stands at a point. */
export interface Pause {
  /** Resolves when the first has come to the point. */
  reached: Promise<void>;
  /** Lets them go on. */
  end(): void;
}

interface Barrier {
  arrive(): void;
  open: Promise<void>;
}

/** Holds real parts up where they race: what they ask of the network and of the database waits, and nothing else is changed. */
export class Pauses {
  readonly #barriers = new Map<Point, Barrier>();

  /** Whoever comes to this point next is held there. */
  at(point: Point): Pause {
    const [reached, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#barriers.set(point, { arrive: reached.resolve, open: open.promise });
    return { reached: reached.promise, end: open.resolve };
  }

  async pass(point: Point): Promise<void> {
    const barrier = this.#barriers.get(point);
    this.#barriers.delete(point);
    barrier?.arrive();
    await barrier?.open;
  }

  /** The database, slow to tell at the points what it was asked. No connection is held meanwhile. */
  over(database: Database): Database {
    const asked = new WeakMap<object, Point>();
    const plugin: KyselyPlugin = {
      transformQuery({ node, queryId }: PluginTransformQueryArgs) {
        const point = pointOf(JSON.stringify(node));
        if (point !== null) asked.set(queryId, point);
        return node;
      },
      transformResult: async ({ result, queryId }: PluginTransformResultArgs) => {
        const point = asked.get(queryId);
        if (point !== undefined) await this.pass(point);
        return result;
      },
    };
    return { ...database, db: database.db.withPlugin(plugin) };
  }

  /** The platform's `fetch`, slow at the points of a room's first page. */
  fetch(real: typeof fetch): typeof fetch {
    return async (input, init) => {
      const isPage = typeof input === "string" && input.includes("/rooms.open");
      if (isPage) await this.pass("before the page is asked for");
      const answer = await real(input, init);
      if (isPage) await this.pass("after the page is read, before it is shown");
      return answer;
    };
  }

  /** The platform's `WebSocket`, slow to ask for a room's follow; what is said after it waits behind it. */
  socket(Real: typeof WebSocket): typeof WebSocket {
    const pass = () => this.pass("before the follow is asked for");
    return class extends Real {
      #said = Promise.resolve();

      override send(data: Parameters<WebSocket["send"]>[0]): void {
        this.#said = this.#said.then(async () => {
          if (typeof data === "string" && data.includes('"messages.follow"')) await pass();
          super.send(data);
        });
      }
    };
  }
}

/** Which of the reads that a follow begins with this is. */
function pointOf(query: string): Point | null {
  const reads = (name: string) => query.includes(`"name":"${name}"`);
  if (reads("room_events")) return "between its backlog and what is live";
  return reads("room_members") && reads("head_seq") ? "after the follow is registered, before it is let in" : null;
}
