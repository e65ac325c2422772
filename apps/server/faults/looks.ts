/** The status that an address answers with. */
export async function statusOf(url: string): Promise<number> {
  const { status, body } = await fetch(url);
  await body?.cancel();
  return status;
}

/** Posts over HTTP, and answers the status. */
export async function postOver(url: string, { token }: { token: string }, roomId: string, content: string, clientId: string = crypto.randomUUID()): Promise<number> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/trpc/messages.post`, { method: "POST", headers, body: JSON.stringify({ roomId, clientId, content }) });
  await answer.arrayBuffer();
  return answer.status;
}

/** A number of a server's `/metrics`. */
export async function numberOf(url: string, name: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const line = page.split("\n").find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`/metrics doesn't tell ${name}`);
  return Number(line.split(" ")[1]);
}
