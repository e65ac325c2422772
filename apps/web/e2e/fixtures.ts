import { test as base, type BrowserContextOptions } from "@playwright/test";
import { openHouse, type House } from "./house";
import { signUp, type Person } from "./person";

export { expect } from "@playwright/test";

interface Stage {
  /** Someone new with a browser of their own. */
  someone: (name: string, browser?: BrowserContextOptions) => Promise<Person>;
  /** She opened the room of this story. */
  mira: Person;
  /** A member of the room. */
  tomas: Person;
  /** Mira's room, with tomas and the assistant in it. */
  roomId: string;
  /** The assistant. */
  quill: { id: string; username: string; displayName: string };
  /** Mira and tomas in the room, at their screens. */
  together: undefined;
}

/** A story's stage: a house that all stories of a run share, and in it people and a room of the story's own. */
export const test = base.extend<Stage, { house: House }>({
  house: [
    // Playwright reads the names of what a fixture needs from its parameters, and wants them even where there are none.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await using house = await openHouse();
      await use(house);
    },
    { scope: "worker", timeout: 60_000 },
  ],
  someone: async ({ browser, house }, use) => {
    await using gone = new AsyncDisposableStack();
    await use(async (name, options) => {
      const context = gone.adopt(await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Madrid", ...options }), (each) => each.close());
      return signUp(context, house.url, name);
    });
  },
  mira: async ({ someone }, use) => use(await someone("Mira")),
  tomas: async ({ someone }, use) => use(await someone("Tomas")),
  quill: async ({ mira }, use) => {
    const found = await mira.page.request.get(`${mira.url}/api/trpc/assistants.list`);
    const body: { result: { data: { user: Stage["quill"] }[] } } = await found.json();
    const [assistant] = body.result.data;
    if (!assistant) throw new Error("This house has no assistant.");
    await use(assistant.user);
  },
  roomId: async ({ mira, tomas, quill }, use) => use(await mira.opensRoom("Rooftop station", tomas.account, quill)),
  together: async ({ mira, tomas, roomId }, use) => {
    await Promise.all([mira.entersRoom(roomId), tomas.entersRoom(roomId)]);
    await use(undefined);
  },
});
