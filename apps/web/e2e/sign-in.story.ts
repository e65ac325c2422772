import { expect, test } from "./fixtures";

test("whoever isn't signed in comes back to the room they wanted, and a wrong password is told in its place [C53]", async ({ mira, roomId, browser }) => {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${mira.url}/rooms/${roomId}`);
  await expect(page.getByRole("heading", { name: "Good to see you." })).toBeVisible();

  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Email or user name")).toBeFocused();
  await expect(page.getByText("Type your email or user name.")).toBeVisible();

  await page.getByLabel("Email or user name").fill(mira.account.username);
  await page.getByLabel("Password", { exact: true }).fill("not her password");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This name and password don’t go together.")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();

  await page.getByLabel("Password", { exact: true }).fill("Mira likes long walks");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Rooftop station" })).toBeVisible();
  await context.close();
});

test("an account takes a name, an address and a password; an address already taken is told in its place", async ({ mira, browser }) => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(mira.url);
  await page.getByRole("button", { name: "注册一个账号" }).click();
  const taken = `${mira.account.username.slice("mira".length)}@tertulia.test`;
  await page.getByLabel("你的名字").fill("文佳怡");
  await page.getByLabel("邮箱").fill(taken);
  await page.getByLabel("密码", { exact: true }).fill("短");
  await page.getByRole("button", { name: "入座" }).click();
  await expect(page.getByText("至少 12 个字符。")).toBeVisible();

  await page.getByLabel("密码", { exact: true }).fill("文佳怡喜欢在雨里散步，从不带伞");
  await page.getByRole("button", { name: "入座" }).click();
  await expect(page.getByText("这个邮箱已经注册过了")).toBeVisible();
  await expect(page.getByLabel("邮箱")).toBeFocused();

  await page.getByLabel("邮箱").fill(`wen-${taken}`);
  await page.getByRole("button", { name: "入座" }).click();
  await expect(page.getByRole("heading", { name: "给你留了一张桌子" })).toBeVisible();
  await context.close();
});

test("the door speaks the browser's language, and another when asked [C45]", async ({ mira, browser }) => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(mira.url);
  await expect(page.getByRole("heading", { name: "欢迎回来。" })).toBeVisible();
  await page.getByLabel("语言").selectOption("en");
  await expect(page.getByRole("heading", { name: "Good to see you." })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await context.close();
});
