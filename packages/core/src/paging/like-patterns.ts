/** The LIKE pattern for texts that contain these words as they stand; what LIKE would read as a wildcard is escaped. */
export const containing = (words: string): string => `%${escapeLike(words)}%`;

/** The LIKE pattern for texts that begin with these words. */
export const beginningWith = (words: string): string => `${escapeLike(words)}%`;

const escapeLike = (words: string): string => words.replace(/[\\%_]/g, "\\$&");
