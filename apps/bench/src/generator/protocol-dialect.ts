import type { Dialect } from "./dialect.ts";
import { tertuliaDialect } from "./tertulia-dialect.ts";

/** Ours, followed through the JSON protocol as packages/protocol/SPEC.md says. Its answer to a post doesn't hold the message, so those who post do so as others do. */
export const protocolDialect: Dialect = {
  path: "/ws",
  headers: ({ token }) => ({ Authorization: `Bearer ${token}` }),

  async enter(connection, _member, roomIds) {
    await connection.opened;
    // All rooms are heard without asking; the answer says from when on. Nobody is that far ahead, so nothing is owed.
    const rooms = Object.fromEntries(roomIds.map((roomId) => [roomId, Number.MAX_SAFE_INTEGER]));
    connection.say(JSON.stringify({ type: "resume", id: "enter", timestamp: new Date().toISOString(), data: { rooms } }));
    await connection.hear((text) => text.includes('"type":"resumed"'));
  },

  post: tertuliaDialect.post,
  posting: tertuliaDialect,
};
