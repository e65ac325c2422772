import { hash, verify } from "@node-rs/argon2";

/** OWASP's recommendation for argon2id, which is the package's default algorithm: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Takes tens of milliseconds on another thread: never inside a transaction. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize("NFKC"), COST);

/** Whether the password is the one that was hashed. With no hash it takes as long and says no, so that time tells nobody who exists. */
export async function isPassword(hashed: string | null, password: string): Promise<boolean> {
  const right = await verify(hashed ?? (await nobodysHash()), password.normalize("NFKC"));
  return right && hashed !== null;
}

let nobodys: Promise<string> | null = null;
const nobodysHash = (): Promise<string> => (nobodys ??= hashPassword("a password that nobody has"));
