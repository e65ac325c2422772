import { z } from "zod";

const Csrf = z.object({ csrfToken: z.string() });

/** As much of a browser as signing in needs: it keeps cookies and says from which page it sends. */
export class Browser {
  readonly #url: string;
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, origin = url) {
    this.#url = url;
    this.#origin = origin;
  }

  async signIn(fields: Record<string, string>): Promise<Response> {
    return this.post("/api/auth/callback/credentials", { ...fields, csrfToken: await this.#csrfToken() });
  }

  async signOut(): Promise<Response> {
    return this.post("/api/auth/signout", { csrfToken: await this.#csrfToken() });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers });
  }

  post(path: string, fields: Record<string, string>): Promise<Response> {
    return this.#send(path, { method: "POST", body: new URLSearchParams({ ...fields, json: "true" }), headers: { origin: this.#origin } });
  }

  /** Another one with the same cookies, as a thief would have. */
  copy(): Browser {
    const copy = new Browser(this.#url, this.#origin);
    for (const [name, value] of this.#cookies) copy.#cookies.set(name, value);
    return copy;
  }

  cookie(name: string): [name: string, value: string] {
    return [name, this.#cookies.get(name) ?? ""];
  }

  async #csrfToken(): Promise<string> {
    return Csrf.parse(await (await this.get("/api/auth/csrf")).json()).csrfToken;
  }

  async #send(path: string, { headers, ...rest }: { method?: string; body?: URLSearchParams; headers: Record<string, string> }): Promise<Response> {
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await fetch(`${this.#url}${path}`, { ...rest, redirect: "manual", headers: { "user-agent": "A browser", cookie, ...headers } });
    for (const set of answer.headers.getSetCookie()) this.#keep(set);
    return answer;
  }

  #keep(setCookie: string): void {
    const [pair = "", ...attributes] = setCookie.split("; ");
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    if (attributes.includes("Max-Age=0")) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
