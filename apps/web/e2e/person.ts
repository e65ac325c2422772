import { expect, type APIRequestContext, type BrowserContext, type Locator, type Page } from "@playwright/test";

export interface Account {
  id: string;
  username: string;
  displayName: string;
}

/** Someone in front of a browser of their own. */
export class Person {
  readonly page: Page;
  readonly account: Account;
  readonly url: string;

  constructor(page: Page, account: Account, url: string) {
    this.page = page;
    this.account = account;
    this.url = url;
  }

  get log(): Locator {
    return this.page.getByRole("log");
  }

  get composer(): Locator {
    return this.page.locator("[data-region='composer'] textarea");
  }

  /** The row in which these words stand. */
  row(words: string | RegExp): Locator {
    return this.log.getByRole("article").filter({ hasText: words });
  }

  async entersRoom(roomId: string): Promise<void> {
    await this.page.goto(`${this.url}/rooms/${roomId}`);
    await expect(this.composer).toBeVisible();
  }

  async says(words: string): Promise<void> {
    await this.composer.fill(words);
    await this.composer.press("Enter");
  }

  async hears(words: string | RegExp): Promise<void> {
    await expect(this.row(words)).toBeVisible();
  }

  /** Asks the server without the screen, as the same person. */
  ask<Answer>(procedure: string, input: object): Promise<Answer> {
    return ask<Answer>(this.page.request, this.url, procedure, input);
  }

  async opensRoom(title: string, ...members: Account[]): Promise<string> {
    const { room } = await this.ask<{ room: { id: string } }>("rooms.create", { kind: "room", title, isPrivate: true, memberIds: members.map(({ id }) => id) });
    return room.id;
  }
}

/** Makes an account and signs its browser in, without the screen. */
export async function signUp(context: BrowserContext, url: string, name: string): Promise<Person> {
  const some = Math.random().toString(36).slice(2, 8);
  const username = `${name.toLowerCase()}${some}`;
  const { request } = context;
  const registration = { email: `${some}@tertulia.test`, username, displayName: name, password: `${name} likes long walks` };
  const { token, user } = await ask<{ token: string; user: Account }>(request, url, "account.register", registration);
  const { csrfToken } = await (await request.get(`${url}/api/auth/csrf`)).json();
  const signedIn = await request.post(`${url}/api/auth/callback/credentials`, { headers: { origin: url }, form: { token, csrfToken, callbackUrl: url, json: "true" } });
  expect(signedIn.ok()).toBe(true);
  return new Person(await context.newPage(), user, url);
}

async function ask<Answer>(request: APIRequestContext, url: string, procedure: string, input: object): Promise<Answer> {
  const response = await request.post(`${url}/api/trpc/${procedure}`, { headers: { origin: url }, data: input });
  const body: { result?: { data: Answer } } = await response.json();
  if (!body.result) throw new Error(`${procedure} was refused: ${JSON.stringify(body)}`);
  return body.result.data;
}
