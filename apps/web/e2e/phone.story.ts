import { devices } from "@playwright/test";
import { expect, test } from "./fixtures";
import type { Person } from "./person";

const { userAgent, deviceScaleFactor, isMobile, hasTouch } = devices["Pixel 7"];
const phone = { userAgent, deviceScaleFactor, isMobile, hasTouch, viewport: { width: 390, height: 844 } };
const sidewaysRoom = (person: Person) => person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("on a phone there is one pane; Enter breaks the line and the button sends [C19, C25]", async ({ someone, tomas }) => {
  const mira = await someone("Mira", phone);
  const roomId = await mira.opensRoom("Rooftop station", tomas.account);
  await tomas.entersRoom(roomId);
  await mira.page.goto(mira.url);
  await mira.page.getByRole("link", { name: /Rooftop station/ }).tap();
  await expect(mira.page.getByRole("navigation", { name: "Rooms" })).toBeHidden();

  await mira.composer.tap();
  await mira.composer.pressSequentially("one");
  await mira.composer.press("Enter");
  await mira.composer.pressSequentially("two");
  await expect(mira.composer).toHaveValue("one\ntwo");
  await mira.page.getByRole("button", { name: "Send" }).tap();
  await tomas.hears("one");
  await mira.hears("one");
  await expect(mira.composer).toBeFocused();
  expect(await mira.composer.evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize))).toBeGreaterThanOrEqual(16);
  expect(await sidewaysRoom(mira)).toBe(0);

  await mira.page.getByRole("button", { name: "Back to rooms" }).tap();
  await expect(mira.page.getByRole("navigation", { name: "Rooms" })).toBeVisible();
});

test("a long press opens what can be done with a message as a sheet [C32]", async ({ someone }) => {
  const mira = await someone("Mira", phone);
  const roomId = await mira.opensRoom("Rooftop station");
  await mira.entersRoom(roomId);
  await mira.composer.fill("The wind is worse than the forecast.");
  await mira.page.getByRole("button", { name: "Send" }).tap();
  await mira.hears("worse than the forecast");

  await longPress(mira, "worse than the forecast");
  const sheet = mira.page.getByRole("dialog");
  await expect(sheet.getByRole("button", { name: "Copy text" })).toBeVisible();
  await sheet.getByRole("button", { name: "Edit" }).tap();
  await expect(mira.page.getByText("Editing your message")).toBeVisible();
  await expect(mira.composer).toHaveValue("The wind is worse than the forecast.");
});

async function longPress(person: Person, words: string): Promise<void> {
  const box = await person.row(words).boundingBox();
  if (!box) throw new Error(`${words} is not on the screen`);
  const touch = await person.page.context().newCDPSession(person.page);
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: box.x + 120, y: box.y + box.height - 12 }] });
  await expect(person.page.getByRole("dialog")).toBeVisible();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

for (const width of [320, 360, 768]) {
  test(`nothing is lost sideways at ${width} px, with long words, code and a table [C44]`, async ({ someone }) => {
    const mira = await someone("Mira", { viewport: { width, height: 740 } });
    const roomId = await mira.opensRoom("A room with a rather long name that has to end somewhere");
    await mira.entersRoom(roomId);
    const long = "a".repeat(200);
    await mira.composer.fill(`${long}\n\n\`\`\`js\n${long}\n\`\`\`\n\n|one|two|three|\n|-|-|-|\n|${"word ".repeat(20)}|b|c|\n\n\`${long}\`\n\nhttps://example.org/${long}`);
    await mira.composer.press("Control+Enter");
    await mira.hears("three");
    expect(await sidewaysRoom(mira)).toBe(0);
    const cut = await mira.log.evaluate((log) => log.scrollWidth - log.clientWidth);
    expect(cut).toBe(0);
  });
}
