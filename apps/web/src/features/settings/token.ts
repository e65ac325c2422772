import type { Session } from "@tertulia/model/sessions";

export type Token = Session & { name: string };

/** Whether it was made here for a program; who signs in by REST has a session without a name. */
export const isToken = (session: Session): session is Token => session.kind === "api" && session.name !== null;

/** Whether no program has come with it yet. */
export const isUnused = ({ createdAt, lastUsedAt }: Token): boolean => createdAt === lastUsedAt;
