import { expect, test } from "./fixtures";

test("the language changes on the spot, and a draft stays where it was [C45]", async ({ mira, together: _ }) => {
  await mira.composer.fill("Half a thought");
  await mira.page.getByRole("button", { name: "Settings" }).click();
  await mira.page.getByRole("button", { name: "中文" }).click();
  await expect(mira.page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(mira.page.getByRole("navigation", { name: "房间列表" })).toBeVisible();
  await expect(mira.composer).toHaveValue("Half a thought");
});

test("a forced theme is there before the first paint of the next visit [C47]", async ({ mira }) => {
  await mira.page.emulateMedia({ colorScheme: "light" });
  await mira.page.goto(mira.url);
  await mira.page.getByRole("button", { name: "Settings" }).click();
  await mira.page.getByRole("button", { name: "Dark" }).click();
  // Whatever has been drawn when the document has been read was drawn after the head.
  await mira.page.goto(mira.url, { waitUntil: "commit" });
  await expect(mira.page.locator("html")).toHaveAttribute("data-theme", "dark");
  const ground = await mira.page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  expect(ground).toContain("0.178");
});

test("a name changed in settings is what others see of the next words", async ({ mira, tomas, together: _ }) => {
  await mira.page.getByRole("button", { name: "Settings" }).click();
  await mira.page.getByLabel("Your name").fill("Mira Solano");
  await mira.page.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(mira.page.getByText("Your name is Mira Solano now.")).toBeVisible();
  await mira.page.keyboard.press("Escape");
  await mira.says("It's me");
  await tomas.hears("It's me");
  await expect(tomas.row("It's me")).toContainText("Mira Solano");
});

test("a session ended from another device says so at once and asks to sign in again [C53, C58]", async ({ mira, together: _, browser }) => {
  const elsewhere = await browser.newContext({ locale: "en-GB" });
  const page = await elsewhere.newPage();
  await page.goto(mira.url);
  await page.getByLabel("Email or user name").fill(mira.account.username);
  await page.getByLabel("Password", { exact: true }).fill("Mira likes long walks");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: /^Sign out: / }).click();

  await expect(mira.page.getByRole("main").getByText("You were signed out.")).toBeVisible();
  await mira.page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(mira.page).toHaveURL(/\/sign-in\?next=%2Frooms%2F/);
  await elsewhere.close();
});

test("signing out in one tab ends them all, and leaves nothing of hers behind [C55]", async ({ mira, roomId }) => {
  await mira.entersRoom(roomId);
  await mira.composer.fill("A secret draft");
  const other = await mira.page.context().newPage();
  await other.goto(mira.url);
  await other.getByRole("button", { name: "Settings" }).click();
  await other.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(other).toHaveURL(/\/sign-in/);
  await expect(mira.page).toHaveURL(/\/sign-in/);
  expect(await other.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tertulia.")))).toEqual([]);
});
