import type { Refusal } from "@tertulia/model/refusals";

/** How a route speaks of what it couldn't do. */
export interface Words {
  /** Stands behind "Failed to" when nobody foresaw why. */
  doing: string;
  /** Said to whoever may not. */
  denied?: string;
  /** Said where something other than a conversation or a message isn't there. */
  missing?: string;
}

/** The sentence that a refusal is told in. */
export function sentenceOf({ code, message, details }: Refusal, { doing, denied, missing }: Words): string {
  switch (code) {
    case "INTERNAL":
      return `Failed to ${doing}`;
    case "ROOM_NOT_FOUND":
      return "Conversation not found";
    case "PERMISSION_DENIED":
      return denied !== undefined && details["reason"] === undefined ? denied : message;
    case "NOT_FOUND":
      return missing ?? message;
    default:
      return message;
  }
}
