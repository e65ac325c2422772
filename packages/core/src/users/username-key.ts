/** A username as it is compared: two that only differ in case or in how their characters are composed are one. */
export const usernameKey = (username: string): string => username.normalize("NFKC").toLowerCase();
