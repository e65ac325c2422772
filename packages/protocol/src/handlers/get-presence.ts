import { getPresence } from "@tertulia/core/presence/get-presence";
import type { ClientFrameOf, Said } from "../frames.ts";
import { presenceOnWire } from "../wire/presence.ts";
import type { Asking } from "./answer.ts";

/** Those alone who share a room with whoever asks (protocol P1). */
export async function onGetPresence({ core, actor }: Asking, { data }: ClientFrameOf<"get_presence">): Promise<Said> {
  const people = await getPresence(core, actor, { userIds: data.user_ids });
  return { type: "presence", data: { people: people.map(presenceOnWire) } };
}
