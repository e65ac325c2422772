import { devices, type Locator, type Page } from "@playwright/test";
import { faultsOf } from "./axe";
import { expect, test } from "./fixtures";
import type { Person } from "./person";

const { userAgent, deviceScaleFactor, isMobile, hasTouch } = devices["Pixel 7"];
const phone = { userAgent, deviceScaleFactor, isMobile, hasTouch, viewport: { width: 390, height: 844 } };
const words = {
  en: { settings: "Settings", part: "API tokens", make: "New token", name: "Name", submit: "Make token", copy: "Copy", done: "Done", none: "No tokens yet." },
  zh: { settings: "设置", part: "API 令牌", make: "新建令牌", name: "名称", submit: "创建令牌", copy: "复制", done: "完成", none: "还没有令牌。" },
};

test("a token made in settings works for a script until it is revoked there [C18, C58]", async ({ mira }) => {
  const context = mira.page.context();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const dialog = await opensSettings(mira);
  await expect(dialog.getByText("No tokens yet.")).toBeVisible();
  const docs = await dialog.getByRole("link", { name: "How to use one" }).getAttribute("href");
  expect(await (await fetch(`${mira.url}${docs}`)).text()).toContain("REST API");

  // By keyboard alone, from here to the copied token.
  await dialog.getByRole("button", { name: "New token" }).focus();
  await mira.page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Name", { exact: true })).toBeFocused();
  await mira.page.keyboard.press("Enter");
  await expect(dialog.getByText("Give it a name.")).toBeVisible();
  await mira.page.keyboard.type("Kettle");
  await mira.page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Copy" })).toBeFocused();
  await expect(dialog.getByRole("button", { name: "Copy" })).toHaveAccessibleDescription(/can’t be shown again/);
  await mira.page.keyboard.press("Enter");
  await expect(dialog.getByRole("status").filter({ hasText: "Copied." })).toBeVisible();
  const token = await mira.page.evaluate(() => navigator.clipboard.readText());
  await expect(dialog.locator("code")).toHaveText(token);

  const row = dialog.getByRole("listitem").filter({ hasText: "Kettle" });
  await expect(row).toContainText("Not used yet");
  expect(await statusesWith(mira.url, token)).toEqual([200, 200]);

  await mira.page.keyboard.press("Tab");
  await mira.page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "New token" })).toBeFocused();
  await expect(dialog.locator("code")).toHaveCount(0);
  await closesAndOpensAgain(mira);
  await expect(row).toContainText("Last used");
  expect(await mira.page.content()).not.toContain(token);

  await row.getByRole("button", { name: "Revoke: Kettle" }).press("Enter");
  await expect(row.getByRole("button", { name: "Keep it" })).toBeFocused();
  await mira.page.keyboard.press("Escape");
  await expect(row.getByRole("button", { name: "Revoke: Kettle" })).toBeFocused();
  await mira.page.keyboard.press("Enter");
  await row.getByRole("button", { name: "Revoke", exact: true }).press("Enter");
  await expect(row).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "New token" })).toBeFocused();
  await expect(dialog.getByRole("status").filter({ hasText: "Kettle is revoked." })).toHaveCount(1);
  expect(await statusesWith(mira.url, token)).toEqual([401, 401]);
});

test("a token is nowhere once its part of the screen is left, in no storage and not in the page [C42]", async ({ mira }) => {
  await opensSettings(mira);
  const token = await makesToken(mira.page, "Kettle");
  await mira.page.keyboard.press("Escape");
  await expect(mira.page.getByRole("dialog")).toHaveCount(0);
  expect(await mira.page.content()).not.toContain(token);
  expect(await whatIsKept(mira.page)).not.toContain(token);
  await mira.page.reload();
  await opensSettings(mira);
  await expect(mira.page.getByRole("listitem").filter({ hasText: "Kettle" })).toBeVisible();
  expect(await mira.page.content()).not.toContain(token);
});

test("where the browser doesn't let us copy, the token is selected to be copied by hand", async ({ mira }) => {
  // As on a page over plain http, where there is no clipboard.
  await mira.page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  const dialog = await opensSettings(mira);
  const token = await makesToken(mira.page, "Kettle");
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect(dialog.getByText(/The token is selected/)).toBeVisible();
  expect(await mira.page.evaluate(() => String(getSelection()))).toBe(token);
});

test("who signs in from a script stands among the sessions, and a token apart from them", async ({ mira }) => {
  await signsInFromScript(mira);
  const dialog = await opensSettings(mira);
  await makesToken(mira.page, "Kettle");
  await expect(dialog.getByRole("listitem")).toHaveCount(1);
  await expect(dialog.getByRole("button", { name: "Sign out: kettle/1.0" })).toBeVisible();
});

test("signing out everywhere else asks first, since it ends the tokens too [C58]", async ({ mira }) => {
  await Promise.all([signsInFromScript(mira), signsInFromScript(mira)]);
  const dialog = await opensSettings(mira);
  const token = await makesToken(mira.page, "Kettle");
  const everywhere = dialog.getByRole("button", { name: "Sign out everywhere else" });
  await everywhere.click();
  const question = dialog.getByRole("group", { name: /all API tokens/ });
  await question.getByRole("button", { name: "Keep them" }).click();
  await expect(everywhere).toBeFocused();
  await expect(dialog.getByRole("listitem")).toHaveCount(1);
  await everywhere.click();
  await everywhere.click();
  await expect(dialog.getByText("No tokens yet.")).toBeVisible();
  await expect(everywhere).toHaveCount(0);
  await expect(dialog.getByRole("heading", { name: "Where you’re signed in" })).toBeFocused();
  expect(await statusesWith(mira.url, token)).toEqual([401, 401]);
});

test("an answer that gets lost says so, keeps the name, and what was made all the same stands in the list", async ({ mira }) => {
  const dialog = await opensSettings(mira);
  await dialog.getByRole("button", { name: "New token" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Kettle");
  await mira.page.route("**/api/trpc/sessions.createToken**", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await dialog.getByRole("button", { name: "Make token" }).click();
  await expect(dialog.getByRole("alert")).toContainText("No connection");
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveValue("Kettle");
  await expect(dialog.getByRole("listitem").filter({ hasText: "Kettle" })).toContainText("Not used yet");
});

test("a list that doesn't come is asked for again", async ({ mira }) => {
  await mira.page.route("**/api/trpc/sessions.list**", (route) => route.abort());
  const dialog = await opensSettings(mira);
  const again = dialog.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await expect(dialog.getByText("No tokens yet.")).toHaveCount(0);
  await mira.page.unroute("**/api/trpc/sessions.list**");
  await again.click();
  await expect(dialog.getByText("No tokens yet.")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious in the settings by ${colorScheme}, with a token in sight and one to be revoked [C42]`, async ({ someone }) => {
    const mira = await someone("Mira", { colorScheme });
    const dialog = await opensSettings(mira);
    await makesToken(mira.page, "Kettle");
    await dialog.getByRole("button", { name: "Revoke: Kettle" }).click();
    expect(await faultsOf(mira.page)).toEqual([]);
    await dialog.getByRole("button", { name: "New token" }).click();
    expect(await faultsOf(mira.page)).toEqual([]);
  });
}

test("in Chinese on a phone by night a token is made, read whole and revoked [C19, C45]", async ({ someone }) => {
  const mira = await someone("林夏", { ...phone, locale: "zh-CN", colorScheme: "dark" });
  const dialog = await opensSettings(mira, "zh");
  await expect(dialog.getByText("还没有令牌。")).toBeVisible();
  await makesToken(mira.page, "气象机器人", "zh");
  const code = dialog.locator("code");
  expect(await code.evaluate((each) => each.scrollWidth - each.clientWidth)).toBe(0);
  const row = dialog.getByRole("listitem").filter({ hasText: "气象机器人" });
  await expect(row).toContainText("还没用过");
  await row.getByRole("button", { name: "撤销: 气象机器人" }).tap();
  await row.getByRole("button", { name: "撤销", exact: true }).tap();
  await expect(dialog.getByText("还没有令牌。")).toBeVisible();
});

test("nothing of it is lost sideways at 320 px, nor with text twice as large [C44]", async ({ someone }) => {
  const mira = await someone("Mira", { viewport: { width: 320, height: 740 } });
  const dialog = await opensSettings(mira);
  for (const size of ["100%", "200%"]) {
    await mira.page.evaluate((fontSize) => (document.documentElement.style.fontSize = fontSize), size);
    await makesToken(mira.page, `${"Kettle".repeat(10)}`);
    await dialog.getByRole("button", { name: /^Revoke: / }).first().click();
    expect(await sidewaysIn(dialog)).toBe(0);
    await dialog.getByRole("button", { name: "New token" }).click();
    expect(await sidewaysIn(dialog)).toBe(0);
    await dialog.getByRole("button", { name: "Cancel" }).click();
  }
});

async function opensSettings({ page, url }: Person, language: keyof typeof words = "en"): Promise<Locator> {
  const { settings, part } = words[language];
  await page.goto(url);
  await page.getByRole("button", { name: settings }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: part })).toBeVisible();
  return dialog;
}

async function closesAndOpensAgain({ page }: Person): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Settings" }).click();
}

/** Answers the token that is shown. */
async function makesToken(page: Page, name: string, language: keyof typeof words = "en"): Promise<string> {
  const t = words[language];
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: t.make }).click();
  await dialog.getByLabel(t.name, { exact: true }).fill(name);
  await dialog.getByRole("button", { name: t.submit }).click();
  await expect(dialog.getByRole("button", { name: t.copy })).toBeFocused();
  return dialog.locator("code").innerText();
}

async function signsInFromScript({ url, account }: Person): Promise<void> {
  const { status } = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "kettle/1.0 (a script)" },
    body: JSON.stringify({ username: account.username, password: `${account.displayName} likes long walks` }),
  });
  expect(status).toBe(200);
}

/** What a script with this token is answered, by tRPC and by REST. */
function statusesWith(url: string, token: string): Promise<number[]> {
  const ask = async (path: string) => (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).status;
  return Promise.all(["/api/trpc/account.me", "/api/v1/auth/me"].map(ask));
}

/** How far anything in it reaches beyond its edge. */
const sidewaysIn = (dialog: Locator) =>
  dialog.evaluate((root) => Math.max(...[...root.querySelectorAll("*")].map((each) => Math.ceil(each.getBoundingClientRect().right - root.getBoundingClientRect().right)), 0));

/** Everything this browser keeps for the page. */
async function whatIsKept(page: Page): Promise<string> {
  const kept = await page.context().storageState({ indexedDB: true });
  const ofThisTab = await page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)));
  return JSON.stringify(kept) + ofThisTab;
}
