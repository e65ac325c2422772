import { expect, test } from "./fixtures";

test.describe("in Chinese", () => {
  test("an input method's Enter picks characters and never sends; the next one sends [C1, C45]", async ({ someone, tomas }) => {
    const mira = await someone("林夏", { locale: "zh-CN" });
    const roomId = await mira.opensRoom("楼顶气象站", tomas.account);
    await mira.entersRoom(roomId);
    await tomas.entersRoom(roomId);
    await expect(mira.page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await expect(mira.composer).toHaveAttribute("placeholder", "在「楼顶气象站」里说点什么");

    await mira.composer.focus();
    const keys = await mira.page.context().newCDPSession(mira.page);
    await keys.send("Input.imeSetComposition", { text: "shang qu", selectionStart: 8, selectionEnd: 8 });
    await expect(mira.composer).toHaveValue("shang qu");
    await keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 });
    await keys.send("Input.insertText", { text: "午饭后我上去" });
    await keys.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
    await expect(mira.composer).toHaveValue("午饭后我上去");
    await expect(mira.log).toHaveCount(0);

    await mira.composer.press("Enter");
    await mira.hears("午饭后我上去");
    await tomas.hears("午饭后我上去");
    await expect(mira.log.getByRole("heading", { name: /^今天 · / })).toBeVisible();
    await expect(tomas.row("午饭后我上去").locator("[lang='zh-CN']")).toHaveCount(1);
  });

  test("Safari's order, where the composition ends just before its Enter, sends nothing either [C1]", async ({ mira, together: _ }) => {
    await mira.composer.fill("上去");
    await mira.composer.evaluate((field) => {
      const enter = { key: "Enter", code: "Enter", bubbles: true, cancelable: true };
      field.dispatchEvent(new CompositionEvent("compositionend", { data: "上去", bubbles: true }));
      field.dispatchEvent(new KeyboardEvent("keydown", { ...enter, keyCode: 13 }));
      field.dispatchEvent(new KeyboardEvent("keydown", { ...enter, keyCode: 229 }));
      field.dispatchEvent(new KeyboardEvent("keydown", { ...enter, keyCode: 13, isComposing: true }));
    });
    await expect(mira.composer).toHaveValue("上去");
    await mira.composer.press("Enter");
    await mira.hears("上去");
    await expect(mira.row("上去")).toHaveCount(1);
  });

  test("Esc belongs to the input method too while it composes [C27]", async ({ mira, together: _ }) => {
    await mira.says("第一句");
    await mira.hears("第一句");
    await mira.composer.press("ArrowUp");
    await expect(mira.page.getByText("Editing your message")).toBeVisible();
    const keys = await mira.page.context().newCDPSession(mira.page);
    await keys.send("Input.imeSetComposition", { text: "ni", selectionStart: 2, selectionEnd: 2 });
    await keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Escape", code: "Escape", windowsVirtualKeyCode: 229 });
    await keys.send("Input.insertText", { text: "你" });
    await expect(mira.composer).toHaveValue("第一句你");
    await expect(mira.page.getByText("Editing your message")).toBeVisible();
  });
});
