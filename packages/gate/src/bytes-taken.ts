import type { Socket } from "node:net";

/**
 * How many bytes of all that was written have left this process. The socket's handle knows: Node counts a write when the whole of it is through, and what
 * waits behind another goes as one, of which there may be 30 MB that a slow line takes a minute for.
 */
export function bytesTaken(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, "_handle");
  const written = numberIn(handle, "bytesWritten");
  const queued = numberIn(handle, "writeQueueSize");
  return written === null || queued === null ? socket.bytesWritten - socket.writableLength : written - queued;
}

function numberIn(handle: unknown, name: string): number | null {
  const value: unknown = typeof handle === "object" && handle !== null ? Reflect.get(handle, name) : null;
  return typeof value === "number" ? value : null;
}
