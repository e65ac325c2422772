import { expect, test } from "./fixtures";
import type { Person } from "./person";

test("someone is given a seat by name, becomes an admin, and is taken out again", async ({ mira, someone }) => {
  const wen = await someone("Wen");
  const roomId = await mira.opensRoom("Reading group");
  await mira.entersRoom(roomId);
  await mira.page.keyboard.press("Control+.");
  const panel = mira.page.getByRole("region", { name: "At this table" });
  await panel.getByRole("button", { name: "Add someone" }).click();
  await mira.page.getByRole("combobox").fill(wen.account.username);
  await expect(mira.page.getByRole("option")).toContainText("Wen");
  await mira.page.keyboard.press("Enter");
  await mira.page.getByRole("button", { name: "Add 1 person" }).click();
  await expect(panel.getByRole("listitem").filter({ hasText: "Wen" })).toBeVisible();

  await wen.entersRoom(roomId);
  await expect(panel.getByRole("listitem").filter({ hasText: "Wen" }).getByRole("img", { name: "here" })).toBeVisible();

  await panel.getByRole("button", { name: /^Wen: / }).click();
  await mira.page.getByRole("menuitem", { name: "Make an admin" }).click();
  await expect(panel.getByRole("listitem").filter({ hasText: "Wen" })).toContainText("admin");

  await panel.getByRole("button", { name: /^Wen: / }).click();
  await mira.page.getByRole("menuitem", { name: "Take out of the room" }).click();
  await expect(wen.page.getByText("You were taken out of this room.")).toBeVisible();
  await expect(panel.getByRole("listitem").filter({ hasText: "Wen" })).toHaveCount(0);
});

test("a direct message is begun by name, with whoever is chosen last, and begun again is the same one", async ({ mira, tomas, someone }) => {
  const wen = await someone("Wen");
  await mira.page.goto(mira.url);
  const choose = async ({ account }: Person) => {
    await mira.page.getByRole("combobox").fill(account.username);
    await mira.page.getByRole("option").click();
    await expect(mira.page.getByRole("list", { name: "Chosen" })).toHaveText(account.displayName);
  };
  const begin = async (...people: Person[]) => {
    await mira.page.getByRole("button", { name: "Message someone" }).click();
    for (const person of people) await choose(person);
    await mira.page.getByRole("button", { name: "Start talking" }).click();
    await expect(mira.composer).toBeVisible();
    return new URL(mira.page.url()).pathname;
  };
  const first = await begin(wen, tomas);
  await mira.page.goto(mira.url);
  expect(await begin(tomas)).toBe(first);

  await tomas.page.goto(tomas.url);
  await expect(tomas.page.getByRole("region", { name: "People" }).getByRole("link", { name: "Mira" })).toBeVisible();
});

test("an assistant stands in an empty list, and one click begins a conversation with it", async ({ mira, quill }) => {
  await mira.page.goto(mira.url);
  await mira.page.getByRole("region", { name: "Assistants" }).getByRole("button", { name: quill.displayName }).click();
  await expect(mira.composer).toBeVisible();
  await expect(mira.page.getByRole("heading", { level: 1, name: quill.displayName })).toBeVisible();
});
