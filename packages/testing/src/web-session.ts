import { z } from "zod";
import type { Person } from "./cast.ts";

const Csrf = z.object({ csrfToken: z.string() });

/** Signs in as a page does; answers the Cookie header that the browser would send from then on. */
export async function webSession(url: string, { account, password }: Pick<Person, "account" | "password">): Promise<{ cookie: string }> {
  const asked = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = Csrf.parse(await asked.json());
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: cookiesOf(asked), origin: url, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, login: account.username, password, json: "true" }),
  });
  if (!answer.ok) throw new Error(`Signing in was answered ${answer.status}: ${await answer.text()}`);
  return { cookie: cookiesOf(answer) };
}

const cookiesOf = (response: Response) => response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
