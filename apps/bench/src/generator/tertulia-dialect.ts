import type { Connection } from "./connection.ts";
import type { Dialect, Member } from "./dialect.ts";

/** Ours, word for word as @trpc/client speaks it. */
export const tertuliaDialect: Dialect = {
  path: "/api/trpc?connectionParams=1",

  async enter(connection, { token }, roomIds) {
    await connection.opened;
    introduce(connection, { token });
    for (const [id, roomId] of roomIds.entries()) connection.say(request(id, "subscription", "messages.follow", { roomId }));
    connection.say(request(roomIds.length, "query", "system.ping"));
    const waiting = new Set([...roomIds.keys(), roomIds.length]);
    while (waiting.size > 0) waiting.delete(idOf(await connection.hear((text) => text.includes('"type":"data"'))));
  },

  post: (roomId, number, content) => request(number, "mutation", "messages.post", { roomId, clientId: String(number), content }),
};

export function introduce(connection: Connection, { token }: Member): void {
  connection.say(JSON.stringify({ method: "connectionParams", data: { token } }));
}

export const request = (id: number, method: "query" | "mutation" | "subscription", path: string, input?: object): string => JSON.stringify({ id, method, params: { path, input } });

const idOf = (text: string): number => Number(/^\{"id":(\d+)/.exec(text)?.[1]);
