import { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import { isStorable } from "@tertulia/model/text";

/** A place in a list ordered by time and id. */
export interface TimePlace {
  at: Date;
  id: Id;
}

/** An opaque place to go on from. */
export const writeCursor = (key: string): string => Buffer.from(key).toString("base64url");

/** @throws VALIDATION_FAILED of what no database takes, and so nobody was given */
export function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (!isStorable(key)) throw notACursor();
  return key;
}

const notACursor = () => new Refusal("VALIDATION_FAILED", { field: "cursor", reason: "INVALID_VALUE" });

export const writeTimeCursor = ({ at, id }: TimePlace): string => writeCursor(`${at.getTime()} ${id}`);

/** @throws VALIDATION_FAILED of what `writeTimeCursor` didn't write */
export function readTimeCursor(cursor: string): TimePlace {
  const [, at, id] = /^(\d{1,14}) (\S+)$/.exec(readCursor(cursor)) ?? [];
  if (at === undefined || !Id.safeParse(id).success || id === undefined) throw notACursor();
  return { at: new Date(Number(at)), id };
}
