import type { BrowserContext, Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { openHouse } from "./house";
import { Person, signUp } from "./person";

/** The same person in one more tab of the same browser. */
const inAnotherTab = async (person: Person, context: BrowserContext): Promise<Person> => new Person(await context.newPage(), person.account, person.url);

/** What this browser keeps: how many things, in each drawer. */
function keptIn(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("tertulia");
      opening.addEventListener("success", () => resolve(opening.result));
      opening.addEventListener("error", () => reject(new Error("There is none.")));
    });
    const counts: Record<string, number> = {};
    for (const drawer of database.objectStoreNames) {
      counts[drawer] = await new Promise((resolve) => {
        const counting = database.transaction(drawer).objectStore(drawer).count();
        counting.addEventListener("success", () => resolve(counting.result));
      });
    }
    database.close();
    return counts;
  });
}

/** What this browser has kept of what was said. */
const wordsKeptIn = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open("tertulia");
      opening.addEventListener("success", () => resolve(opening.result));
    });
    const rooms = await new Promise((resolve) => {
      const reading = database.transaction("rooms").objectStore("rooms").getAll();
      reading.addEventListener("success", () => resolve(reading.result));
    });
    database.close();
    return JSON.stringify(rooms);
  });

test("what was written without a connection goes out after a reload, all of it, once and in order [C2, C3]", async ({ browser }) => {
  await using house = await openHouse();
  const context = await browser.newContext({ locale: "en-GB" });
  const mira = await signUp(context, house.url, "Mira");
  const roomId = await mira.opensRoom("Rooftop station");
  await mira.entersRoom(roomId);
  await mira.says("before");
  await expect(mira.row("before").locator("time")).toBeVisible();

  await house.shut();
  for (const words of ["one", "two", "three"]) await mira.says(words);
  await expect(mira.row("three")).toContainText("Waiting for the connection");
  await house.open();
  await mira.page.reload();
  await expect(mira.row("three").locator("time")).toBeVisible();
  await expect(mira.log.getByRole("article")).toContainText(["before", "one", "two", "three"]);
  await expect(mira.log.getByRole("article")).toHaveCount(4);
  await context.close();
});

test("a reload shows the room before the server has answered", async ({ mira, together: _ }) => {
  await mira.says("Still here");
  await expect(mira.row("Still here").locator("time")).toBeVisible();
  await expect.poll(() => wordsKeptIn(mira.page)).toContain("Still here");
  // Nothing about the room gets through.
  await mira.page.route(/\/api\/trpc/, (route) => route.abort());
  await mira.page.routeWebSocket(/\/api\/trpc/, () => {});
  await mira.page.reload();
  await mira.hears("Still here");
  await expect(mira.page.getByRole("navigation").getByRole("link", { name: /Rooftop station/ })).toBeVisible();
  await expect(mira.composer).toBeVisible();
});

test("two tabs show the same unsent words, and one of them sends, also when the other is closed", async ({ browser }) => {
  test.slow();
  await using house = await openHouse();
  const context = await browser.newContext({ locale: "en-GB" });
  const first = await signUp(context, house.url, "Mira");
  const roomId = await first.opensRoom("Rooftop station");
  await first.entersRoom(roomId);
  await first.says("before");
  await expect(first.row("before").locator("time")).toBeVisible();
  const second = await inAnotherTab(first, context);
  await second.entersRoom(roomId);
  await second.hears("before");

  await house.shut();
  await first.says("one");
  await expect(second.row("one")).toContainText("Waiting for the connection");
  await second.says("two");
  await expect(first.row("two")).toContainText("Waiting for the connection");
  await first.page.close();
  await house.open();
  // After a long absence the next try may be a while away.
  await expect(second.row("two").locator("time")).toBeVisible({ timeout: 40_000 });
  await expect(second.log.getByRole("article")).toContainText(["before", "one", "two"]);
  await expect(second.log.getByRole("article")).toHaveCount(3);
  expect(await keptIn(second.page)).toMatchObject({ unsent: 0 });
  await context.close();
});

test("signing out leaves nothing behind in the browser", async ({ browser }) => {
  await using house = await openHouse();
  const context = await browser.newContext({ locale: "en-GB" });
  const mira = await signUp(context, house.url, "Mira");
  const roomId = await mira.opensRoom("Rooftop station");
  await mira.entersRoom(roomId);
  await mira.says("Between us");
  await expect(mira.row("Between us").locator("time")).toBeVisible();
  await expect.poll(() => keptIn(mira.page)).toMatchObject({ rooms: 1, unsent: 0 });

  await mira.page.getByRole("button", { name: "Settings" }).click();
  await mira.page.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
  await mira.page.waitForURL(/\/sign-in/);
  expect(await keptIn(mira.page)).toEqual({ person: 0, rooms: 0, unsent: 0 });
  await context.close();
});

test("someone whose clock is a day off talks like anyone, also after a reload [A40, B3]", async ({ mira, tomas, together: _ }) => {
  for (const days of [1, -1]) {
    await mira.page.clock.setSystemTime(Date.now() + days * 86_400_000);
    await mira.says(`Off by ${days}`);
    await tomas.hears(`Off by ${days}`);
    await mira.page.reload();
    await mira.says(`Still off by ${days}`);
    await tomas.hears(`Still off by ${days}`);
  }
  await expect(tomas.log.getByRole("article")).toContainText(["Off by 1", "Still off by 1", "Off by -1", "Still off by -1"]);
  await expect(mira.log.getByRole("article")).toContainText(["Off by 1", "Still off by 1", "Off by -1", "Still off by -1"]);
});
