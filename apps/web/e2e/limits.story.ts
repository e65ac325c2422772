import { expect, test } from "@playwright/test";
import { openHouse } from "./house";
import { signUp } from "./person";

test("whoever writes too fast keeps every word, and sees when it goes on [C53]", async ({ browser }) => {
  await using house = await openHouse({ RATE_LIMIT_POSTS_PER_MINUTE: "3" });
  const context = await browser.newContext({ locale: "en-GB" });
  const mira = await signUp(context, house.url, "Mira");
  await mira.entersRoom(await mira.opensRoom("Rooftop station"));
  for (const words of ["one", "two", "three", "four", "five"]) await mira.says(words);

  await expect(mira.row("three").locator("time")).toBeVisible();
  await expect(mira.row("four")).toContainText(/Slow down a little: \d+ s/);
  await expect(mira.row("five")).toBeVisible();
  await expect(mira.composer).toBeFocused();
  await mira.page.reload();
  await expect(mira.row("four")).toContainText(/Slow down a little: \d+ s/);
  await expect(mira.row("five")).toBeVisible();
  await context.close();
});

test("what the server refuses stays with its cause, to be sent again or taken back [C2, C13]", async ({ browser }) => {
  await using house = await openHouse();
  const [mirasBrowser, tomasBrowser] = await Promise.all([browser.newContext({ locale: "en-GB" }), browser.newContext({ locale: "zh-CN" })]);
  const mira = await signUp(mirasBrowser, house.url, "Mira");
  const tomas = await signUp(tomasBrowser, house.url, "Tomas");
  const roomId = await mira.opensRoom("Rooftop station", tomas.account);
  await tomas.entersRoom(roomId);
  // Nothing is announced to a page that hears nothing: what it sends now is refused.
  await tomasBrowser.setOffline(true);
  await tomas.says("到底了");
  await mira.ask("rooms.update", { roomId, settings: { whoCanPost: "admins" } });
  await tomasBrowser.setOffline(false);

  await expect(tomas.row("到底了")).toContainText("没发出去");
  await mira.ask("rooms.update", { roomId, settings: { whoCanPost: "everyone" } });
  await expect(tomas.composer).toBeVisible();
  await tomas.row("到底了").getByRole("button", { name: "再试一次" }).click();
  await expect(tomas.row("到底了").locator("time")).toBeVisible();
  await expect(tomas.row("到底了")).not.toContainText("没发出去");
  await Promise.all([mirasBrowser.close(), tomasBrowser.close()]);
});

test("a message past 10,000 characters is counted and can't be sent; nothing of it is lost", async ({ browser }) => {
  await using house = await openHouse();
  const context = await browser.newContext({ locale: "en-GB" });
  const mira = await signUp(context, house.url, "Mira");
  await mira.entersRoom(await mira.opensRoom("Rooftop station"));
  await mira.composer.fill("a".repeat(9_990));
  await expect(mira.page.getByText("10 characters left")).toBeVisible();
  await mira.composer.fill("𝒳".repeat(10_001));
  await expect(mira.page.getByText("1 character too long")).toBeVisible();
  await mira.composer.press("Enter");
  await expect(mira.page.getByRole("button", { name: "Send" })).toBeDisabled();
  await mira.composer.fill("𝒳".repeat(10_000));
  await mira.composer.press("Enter");
  await expect(mira.log.getByRole("article").locator("time")).toBeVisible();
  await context.close();
});
