import type { Member } from "@tertulia/model/members";

// What the server will allow, known here so that nothing is offered that it would refuse. The server decides.

export const mayAdminister = ({ role }: Member): boolean => role === "OWNER" || role === "ADMIN";
export const mayDelete = ({ role }: Member): boolean => role === "OWNER";
export const maySetRoles = ({ role }: Member): boolean => role === "OWNER";
