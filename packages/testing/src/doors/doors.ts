import type { Door } from "./door.ts";
import { protocolDoor } from "./protocol-door.ts";
import { restDoor } from "./rest-door.ts";
import { trpcDoor } from "./trpc-door.ts";

/** Every way in. */
export const doors: readonly Door[] = [trpcDoor("over HTTP"), trpcDoor("over the socket"), protocolDoor, restDoor];
