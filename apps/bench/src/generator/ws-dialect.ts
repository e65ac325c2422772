import type { Dialect } from "./dialect.ts";

/** The baselines on raw ws, see baselines/ws-chat.ts. */
export const wsDialect: Dialect = {
  path: "/",

  async enter(connection, _member, roomIds) {
    await connection.opened;
    connection.say(JSON.stringify({ join: roomIds }));
    await connection.hear((text) => text.startsWith('{"joined"'));
  },

  post: (roomId, number, content) => JSON.stringify({ post: { roomId, clientId: String(number), content } }),
};
