import type { Door } from "./door.ts";
import { protocolDoor } from "./protocol-door.ts";
import { restDoor } from "./rest-door.ts";
import { trpcDoor } from "./trpc-door.ts";

const trpcOverSocket = trpcDoor("over the socket");

/** Every way in. */
export const doors: readonly Door[] = [trpcDoor("over HTTP"), trpcOverSocket, protocolDoor, restDoor];

/** Those that hear in a way of their own: whoever calls tRPC over HTTP follows by the socket, too. */
export const hearingDoors: readonly Door[] = [trpcOverSocket, protocolDoor, restDoor];

/** Every way to do something with every way to hear of it. */
export const doorPairs = doors.flatMap((doing) => hearingDoors.map((hearing) => ({ doing, hearing, by: doing.name, through: hearing.name })));
