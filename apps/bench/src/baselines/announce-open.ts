import type { Server } from "node:http";

/** Listens on any free port and says where, as our own server does. */
export function announceOpen(server: Server): void {
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) process.stdout.write(`The baseline is open: http://localhost:${address.port}\n`);
  });
}
