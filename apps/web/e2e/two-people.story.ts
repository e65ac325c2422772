import { expect, test } from "./fixtures";

test("two people talk, and each reads the other's words in their place [C2, C31]", async ({ mira, tomas, together: _ }) => {
  await tomas.says("Morning. The gauge says 14 mm and my bike seat is dry.");
  await mira.hears("my bike seat is dry");
  await mira.says("So the reed switch is loose.");
  await mira.says("I’ll take the ladder up after lunch.");
  await tomas.hears("reed switch is loose");
  await tomas.hears("ladder up after lunch");

  await expect(tomas.row("reed switch")).toContainText("Mira");
  await expect(tomas.row("ladder up")).not.toContainText("Mira");
  await expect(mira.row("reed switch")).toContainText("You");
  await expect(mira.log.getByRole("heading", { name: /^Today, / })).toHaveCount(1);
});

test("what is typed while a message is on its way stays, and so does the focus [C6]", async ({ mira, together: _ }) => {
  await mira.composer.pressSequentially("First");
  await mira.composer.press("Enter");
  await mira.page.keyboard.type("Second");
  await mira.hears("First");
  await expect(mira.composer).toHaveValue("Second");
  await expect(mira.composer).toBeFocused();
});

test("Shift+Enter breaks the line and both read it as it was written [C25]", async ({ mira, tomas, together: _ }) => {
  await mira.composer.pressSequentially("one");
  await mira.composer.press("Shift+Enter");
  await mira.page.keyboard.type("two");
  await mira.composer.press("Enter");
  await expect(tomas.row("one").getByRole("paragraph")).toHaveText(/^one\n?two$/);
});

test("the last message is changed from an empty composer, and everyone sees that it was [C27, C35]", async ({ mira, tomas, together: _ }) => {
  await mira.says("The wind is worse than the forecast.");
  await tomas.hears("worse than the forecast");

  await mira.composer.press("ArrowUp");
  await expect(mira.page.getByText("Editing your message")).toBeVisible();
  await expect(mira.composer).toHaveValue("The wind is worse than the forecast.");
  await mira.composer.press("Escape");
  await expect(mira.composer).toHaveValue("");

  await mira.composer.press("ArrowUp");
  await mira.says("The wind is far worse than the forecast.");
  await expect(tomas.row("far worse")).toContainText("(edited)");
  await expect(mira.row("far worse")).toContainText("(edited)");
});

test("a message taken back is gone for everyone after one question [C35, C41]", async ({ mira, tomas, together: _ }) => {
  await mira.says("Not meant for here");
  await tomas.hears("Not meant for here");

  await mira.row("Not meant for here").hover();
  await mira.page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await mira.page.getByRole("dialog").getByRole("button", { name: "Keep it" }).click();
  await mira.hears("Not meant for here");

  await mira.row("Not meant for here").focus();
  await mira.page.keyboard.press("Delete");
  await mira.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(tomas.row("Not meant for here")).toHaveCount(0);
  await tomas.hears("This message was deleted.");
  await mira.hears("This message was deleted.");
});

test("nobody is offered what they may not do [C32]", async ({ mira, tomas, together: _ }) => {
  await mira.says("Mine alone");
  await tomas.row("Mine alone").hover();
  const tools = tomas.page.getByRole("toolbar");
  await expect(tools.getByRole("button", { name: "Copy text" })).toBeVisible();
  await expect(tools.getByRole("button", { name: "Edit" })).toHaveCount(0);
  await expect(tools.getByRole("button", { name: "Delete" })).toHaveCount(0);
});

test("who types is told to the others and not to themselves, without moving anything [C49]", async ({ mira, tomas, together: _ }) => {
  await mira.says("Ready?");
  await tomas.hears("Ready?");
  const before = await tomas.composer.boundingBox();
  await mira.composer.pressSequentially("I am");
  await expect(tomas.page.getByText("Mira is typing")).toBeVisible();
  await expect(mira.page.getByText("is typing")).toHaveCount(0);
  expect(await tomas.composer.boundingBox()).toEqual(before);
  await mira.composer.fill("");
  await expect(tomas.page.getByText("Mira is typing")).toHaveCount(0);
});

test("a mention is picked with Enter right after Chinese, sends nothing, and speaks to whom it names [C28]", async ({ mira, tomas, together: _ }) => {
  await mira.composer.pressSequentially("请@tom");
  const menu = mira.page.getByRole("listbox");
  await expect(menu.getByRole("option")).toHaveCount(1);
  await mira.composer.press("Enter");
  await expect(mira.composer).toHaveValue(`请@${tomas.account.username} `);
  await mira.composer.press("Enter");
  await expect(tomas.row("@Tomas")).toHaveClass(/to-you/);
  await expect(mira.row("@Tomas")).not.toHaveClass(/to-you/);
});

test("a draft stays in its room over a change of rooms and a reload [C5]", async ({ mira, together: _ }) => {
  const other = await mira.opensRoom("The lease");
  await mira.composer.pressSequentially("half a sent");
  await mira.page.getByRole("navigation").getByRole("link", { name: /The lease/ }).click();
  await expect(mira.composer).toHaveValue("");
  await mira.entersRoom(other);
  await expect(mira.composer).toHaveValue("");
  await mira.page.getByRole("navigation").getByRole("link", { name: /Rooftop station/ }).click();
  await expect(mira.composer).toHaveValue("half a sent");
  await mira.page.reload();
  await expect(mira.composer).toHaveValue("half a sent");
});

test("hostile Markdown stays words, and good Markdown is drawn [C30]", async ({ mira, tomas, together: _ }) => {
  await mira.composer.fill("<img src=x onerror=alert(1)> [x](javascript:alert(1)) **strong**\n```js\nconst a = 1;\n```");
  await mira.composer.press("Enter");
  const row = tomas.row("strong");
  await expect(row.locator("strong")).toHaveText("strong");
  await expect(row.locator("img, script, a")).toHaveCount(0);
  await expect(row).toContainText("<img src=x onerror=alert(1)>");

  await tomas.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await row.getByRole("button", { name: "Copy", exact: true }).click();
  expect(await tomas.page.evaluate(() => navigator.clipboard.readText())).toBe("const a = 1;");
});

test("typing draws nothing of the log anew [C16]", async ({ mira, tomas, together: _ }) => {
  await tomas.says("Something to read");
  await mira.hears("Something to read");
  await mira.log.evaluate((log) => {
    const drawn: string[] = [];
    Object.assign(window, { drawn });
    new MutationObserver((changes) => drawn.push(...changes.map(({ type }) => type))).observe(log, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  await mira.composer.pressSequentially("a whole sentence, letter by letter");
  expect(await mira.page.evaluate(() => Reflect.get(window, "drawn"))).toEqual([]);
});

test("who joins and leaves, and a new name, stand between the words", async ({ mira, tomas, together: _, roomId, someone }) => {
  await mira.says("Before");
  await tomas.hears("Before");
  const wen = await someone("Wen");
  await mira.ask("members.add", { roomId, userId: wen.account.id });
  await expect(tomas.log.getByText("Wen joined")).toBeVisible();
  await mira.ask("rooms.update", { roomId, title: "Roof" });
  await expect(tomas.log.getByText("The room is now called Roof")).toBeVisible();
  await mira.ask("members.remove", { roomId, userId: wen.account.id });
  await expect(tomas.log.getByText("Wen left")).toBeVisible();
  await tomas.says("After");
  await expect(tomas.log.locator("[data-row]").last()).toContainText("After");
});
