import { createServer } from "node:net";

/**
 * A port of this machine that nobody listens on now.
 * @param {number} [highest]
 * @returns {Promise<number>}
 */
export function freePort(highest = 65_535) {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("No free port"));
        else resolve(address.port > highest ? freePort(highest) : address.port);
      });
    });
  });
}
