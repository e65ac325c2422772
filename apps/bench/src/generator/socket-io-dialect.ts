import type { Dialect } from "./dialect.ts";

/** Engine.IO 4 over WebSocket alone, the cheapest way to speak to Socket.IO: 0 opens, 40 connects, 42 is an event, 43 its answer. */
export const socketIoDialect: Dialect = {
  path: "/socket.io/?EIO=4&transport=websocket",

  async enter(connection, _member, roomIds) {
    await connection.hear((text) => text.startsWith("0"));
    connection.say("40");
    await connection.hear((text) => text.startsWith("40"));
    connection.say(`420${JSON.stringify(["join", roomIds])}`);
    await connection.hear((text) => text.startsWith("430"));
  },

  post: (roomId, number, content) => `42${number + 1}${JSON.stringify(["post", { roomId, clientId: String(number), content }])}`,
};
