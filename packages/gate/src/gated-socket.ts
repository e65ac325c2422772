import { WebSocket } from "ws";

/** The connection that a socket belongs to. */
export interface SocketOwner {
  hear(data: Buffer, isBinary: boolean): void;
  /** The other side answered a ping. */
  heard(): void;
  closed(): void;
  /** Bytes that wait for the other side without having been asked for. */
  readonly pushedUnsent: number;
  closeAsTooSlow(): void;
}

/** A WebSocket whose owner hears everything first. */
export class GatedSocket extends WebSocket {
  owner: SocketOwner | null = null;

  // Rather than listeners of every socket's own: there are thousands of sockets.
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    switch (event) {
      case "message": {
        const [data, isBinary] = args;
        if (Buffer.isBuffer(data)) this.owner?.hear(data, isBinary === true);
        return true;
      }
      case "pong":
        this.owner?.heard();
        break;
      case "error":
        // ws closes with the right code by itself (1002, 1007, 1008, 1009).
        return true;
      case "close":
        this.owner?.closed();
    }
    return super.emit(event, ...args);
  }

  /** Hands a frame that its owner has heard to whoever else listens on the socket. */
  passOn(text: string): void {
    super.emit("message", Buffer.from(text), false);
  }
}
