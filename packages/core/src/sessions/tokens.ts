import { hash, randomBytes } from "node:crypto";

/** A secret no one can guess: 256 random bits. The prefix lets scanners of leaked secrets know whose it is. */
export const newToken = (): string => `ttl_${randomBytes(32).toString("base64url")}`;

/** What is kept of a token. It is random, so a plain hash can't be searched for it. */
export const hashToken = (token: string): string => hash("sha256", token, "hex");
