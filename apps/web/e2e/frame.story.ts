import { expect, test } from "./fixtures";

test("Ctrl+K goes to a room by a few letters, and Esc gives the focus back [C26]", async ({ mira, together: _ }) => {
  await mira.opensRoom("The lease");
  await expect(mira.page.getByRole("link", { name: "The lease" })).toBeVisible();
  await mira.composer.focus();
  await mira.page.keyboard.press("Control+k");
  await mira.page.keyboard.type("tl");
  await expect(mira.page.getByRole("option").first()).toContainText("The lease");
  await mira.page.keyboard.press("Escape");
  await expect(mira.composer).toBeFocused();

  await mira.page.keyboard.press("Control+k");
  await mira.page.keyboard.type("lease");
  await mira.page.keyboard.press("Enter");
  await expect(mira.page.getByRole("heading", { level: 1, name: "The lease" })).toBeVisible();
});

test("the keyboard walks the parts of the screen and the rooms of the list [C18]", async ({ mira, together: _ }) => {
  await mira.opensRoom("The lease");
  await expect(mira.page.getByRole("link", { name: "The lease" })).toBeVisible();
  await mira.says("One line");
  await mira.hears("One line");
  await mira.page.keyboard.press("Control+.");
  await expect(mira.page.getByRole("region", { name: "At this table" })).toBeVisible();
  const part = () => mira.page.evaluate(() => document.activeElement?.closest("[data-region]")?.getAttribute("data-region"));
  for (const next of ["panel", "nav", "log", "composer"]) {
    await mira.page.keyboard.press("F6");
    expect(await part()).toBe(next);
  }
  await mira.page.keyboard.press("Alt+ArrowDown");
  await expect(mira.page.getByRole("heading", { level: 1, name: "The lease" })).toBeVisible();
  await mira.page.keyboard.press("Alt+ArrowUp");
  await expect(mira.page.getByRole("heading", { level: 1, name: "Rooftop station" })).toBeVisible();
});

test("going from room to room asks the server for no page", async ({ mira, together: _ }) => {
  await mira.opensRoom("The lease");
  const link = mira.page.getByRole("link", { name: "The lease" });
  await expect(link).toBeVisible();
  const pages: string[] = [];
  mira.page.on("request", (request) => {
    if (["document", "fetch", "xhr"].includes(request.resourceType()) && !request.url().includes("/api/")) pages.push(request.url());
  });
  await link.click();
  await expect(mira.page.getByRole("heading", { level: 1, name: "The lease" })).toBeVisible();
  await mira.page.goBack();
  await expect(mira.page.getByRole("heading", { level: 1, name: "Rooftop station" })).toBeVisible();
  expect(pages).toEqual([]);
});

test("on a phone the members are a place of their own, and Back leaves it [C19]", async ({ mira, roomId }) => {
  await mira.page.setViewportSize({ width: 390, height: 844 });
  await mira.entersRoom(roomId);
  await mira.page.getByRole("button", { name: "Members", exact: true }).click();
  await expect(mira.page.getByRole("region", { name: "At this table" })).toBeVisible();
  await mira.page.goBack();
  await expect(mira.composer).toBeVisible();
  await expect(mira.page.getByRole("region", { name: "At this table" })).toHaveCount(0);
  await mira.page.getByRole("button", { name: "Back to rooms" }).click();
  await expect(mira.page.getByRole("link", { name: "Rooftop station" })).toBeVisible();
  await expect(mira.composer).toBeHidden();
});
