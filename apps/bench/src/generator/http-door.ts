import type { Member } from "./dialect.ts";

/** Asks our server over HTTP, as @trpc/client does without batching. Answers the result as it came. @throws on a refusal */
export async function query(port: number, { token }: Member, path: string, input?: object): Promise<string> {
  const asked = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return read(await fetch(`http://127.0.0.1:${port}/api/trpc/${path}${asked}`, { headers: { Authorization: `Bearer ${token}` } }));
}

/** As `query`, for what changes something. */
export async function mutate(port: number, { token }: Member, path: string, input: object): Promise<string> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  return read(await fetch(`http://127.0.0.1:${port}/api/trpc/${path}`, { method: "POST", headers, body: JSON.stringify(input) }));
}

async function read(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return text;
}
