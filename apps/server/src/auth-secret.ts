import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The secret that session cookies are encrypted with: made at the first start, readable by this user alone. */
export async function keptSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, "auth-secret");
  await mkdir(dataDir, { recursive: true });
  try {
    // Whoever creates the file writes it; two starts at once end with the same secret.
    const file = await open(path, "wx", 0o600);
    try {
      const secret = randomBytes(32).toString("base64url");
      await file.writeFile(secret);
      return secret;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return (await readFile(path, "utf8")).trim();
  }
}
