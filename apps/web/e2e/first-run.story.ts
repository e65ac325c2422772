import { expect, test } from "@playwright/test";
import { openHouse } from "./house";

test("the first person takes a seat, opens a room and says the first words in a handful of clicks [C51, C52]", async ({ browser }) => {
  await using house = await openHouse();
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(house.url);

  await expect(page.getByRole("heading", { name: "The table is set." })).toBeVisible();
  await page.getByLabel("Your name").fill("Mira");
  await page.getByLabel("Email").fill("mira@tertulia.test");
  await page.getByLabel("Password", { exact: true }).fill("mira likes long walks");
  await page.getByRole("button", { name: "Take your seat" }).click();

  await expect(page.getByRole("heading", { name: "A table for you" })).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "New room" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Rooftop station");
  await page.getByRole("button", { name: "Open the room" }).click();

  await expect(page.getByRole("heading", { name: "Nobody has spoken yet" })).toBeVisible();
  await page.keyboard.type("Hello, table.");
  await page.keyboard.press("Enter");
  const words = page.getByRole("log").getByText("Hello, table.");
  await expect(words).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nobody has spoken yet" })).toHaveCount(0);

  await page.reload();
  await expect(words).toBeVisible();
  await context.close();
});
