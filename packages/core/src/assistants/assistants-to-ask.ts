import type { Id } from "@tertulia/model/ids";
import type { RoomFacts, SeatedAssistant } from "../rooms/room-facts.ts";

/**
 * Which assistants of the room a person's message asks: in an assistant chat or alone with one in a dm, always;
 * elsewhere those it mentions or replies to, unless the room or the assistant says off or always.
 */
export function assistantsToAsk(facts: Pick<RoomFacts, "kind" | "settings" | "assistants">, mentions: Id[], repliesTo: Id | null): Id[] {
  return facts.assistants.filter((assistant) => isAsked(assistant, facts, mentions, repliesTo)).map(({ id }) => id);
}

function isAsked(assistant: SeatedAssistant, { kind, settings }: Pick<RoomFacts, "kind" | "settings">, mentions: Id[], repliesTo: Id | null): boolean {
  if (settings.assistantMode === "off" || assistant.mode === "off") return false;
  if (kind !== "room" || settings.assistantMode === "always" || assistant.mode === "always") return true;
  return mentions.includes(assistant.id) || repliesTo === assistant.id;
}
