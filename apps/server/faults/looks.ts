import { z } from "zod";

/** The status that an address answers with. */
export async function statusOf(url: string): Promise<number> {
  const { status, body } = await fetch(url);
  await body?.cancel();
  return status;
}

/** Posts over HTTP, and answers the status. */
export async function postOver(url: string, guest: { token: string }, roomId: string, content: string): Promise<number> {
  const answer = await askToPost(url, guest, { roomId, content, clientId: crypto.randomUUID() });
  await answer.arrayBuffer();
  return answer.status;
}

/** The answer to a post over HTTP, still to be read. */
export function askToPost(url: string, { token }: { token: string }, post: { roomId: string; content: string; clientId: string }): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return fetch(`${url}/api/trpc/messages.post`, { method: "POST", headers, body: JSON.stringify(post) });
}

/** A number of a server's `/metrics`. */
export async function numberOf(url: string, name: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const line = page.split("\n").find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`/metrics doesn't tell ${name}`);
  return Number(line.split(" ")[1]);
}

const ASKED_AT_ONCE = 50;
const Presences = z.object({ result: z.object({ data: z.array(z.object({ status: z.string() })) }) });

/** How many of these people are online, as someone is told who shares a room with them. */
export async function onlineAmong(people: readonly { id: string }[], url: string, { token }: { token: string }): Promise<number> {
  let online = 0;
  for (let at = 0; at < people.length; at += ASKED_AT_ONCE) {
    const input = encodeURIComponent(JSON.stringify({ userIds: people.slice(at, at + ASKED_AT_ONCE).map(({ id }) => id) }));
    const answer = await fetch(`${url}/api/trpc/presence.get?input=${input}`, { headers: { authorization: `Bearer ${token}` } });
    online += Presences.parse(await answer.json()).result.data.filter(({ status }) => status === "online").length;
  }
  return online;
}
