import type { Server } from "node:http";
import type { Gate } from "@tertulia/gate/open-gate";
import { pathOf } from "./http.ts";
import type { WebApp } from "./web-app.ts";

/** Every WebSocket by its path to whoever owns it; any other would hang open, so it ends here. */
export function routeUpgrades(server: Server, gates: ReadonlyMap<string, Gate>, web: WebApp | null): void {
  server.on("upgrade", (request, socket, head) => {
    // Node listens to it no more, and an error that nobody hears ends the process.
    socket.on("error", () => socket.destroy());
    const path = pathOf(request);
    const gate = gates.get(path);
    if (gate) void gate.upgrade(request, socket, head);
    else if (web && path.startsWith("/_next/")) web.upgrade(request, socket, head);
    else socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
}
