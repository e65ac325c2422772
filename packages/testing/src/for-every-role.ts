import type { GlobalRole } from "@tertulia/model/users";

/** The same limit for all. */
export const forEveryRole = (limit: number): Record<GlobalRole, number> => ({ USER: limit, MODERATOR: limit, ADMIN: limit });
