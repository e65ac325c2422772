import { breaksOffAfter, refuses, saysWhenTold } from "@tertulia/testing/model-server/scripts";
import { faultsOf } from "./axe";
import { expect, test } from "./fixtures";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`axe finds nothing serious by ${colorScheme} [C42, C47]`, () => {
    test("at the door", async ({ browser, house }) => {
      const context = await browser.newContext({ locale: "en-GB", colorScheme });
      const page = await context.newPage();
      await page.goto(house.url);
      await expect(page.getByRole("button", { name: /Sign in|Take your seat/ }).first()).toBeVisible();
      expect(await faultsOf(page)).toEqual([]);
      await context.close();
    });

    test("in an empty house and in a quiet room", async ({ someone }) => {
      const mira = await someone("Mira", { colorScheme });
      await mira.page.goto(mira.url);
      await expect(mira.page.getByRole("heading", { name: "A table for you" })).toBeVisible();
      expect(await faultsOf(mira.page)).toEqual([]);
      await mira.entersRoom(await mira.opensRoom("Quiet"));
      await expect(mira.page.getByRole("heading", { name: "Nobody has spoken yet" })).toBeVisible();
      expect(await faultsOf(mira.page)).toEqual([]);
    });

    test("in a room where everything was said", async ({ someone, tomas, house, quill }) => {
      const mira = await someone("Mira", { colorScheme });
      const roomId = await mira.opensRoom("Rooftop station", tomas.account, quill);
      await Promise.all([mira.entersRoom(roomId), tomas.entersRoom(roomId)]);
      await tomas.says(`@${mira.account.username} **look** at https://example.org/, \`x\` and\n> this\n\n- a\n- [x] b\n\n|one|two|\n|-|-|\n|1|2|\n\n\`\`\`py\nx = "y" # ${"long ".repeat(40)}\n\`\`\``);
      await mira.hears("look");
      await mira.says("Mine");
      house.model.script(refuses(401));
      await mira.says(`@${quill.username} fail`);
      await mira.hears("doesn’t accept");
      house.model.script(breaksOffAfter("Cut"));
      await mira.says(`@${quill.username} break off`);
      await mira.hears("It was cut off here.");
      await tomas.composer.pressSequentially("typing");
      await expect(mira.page.getByText("Tomas is typing")).toBeVisible();
      await mira.row("Mine").hover();
      await expect(mira.page.getByRole("toolbar")).toBeVisible();
      await mira.composer.pressSequentially("@");
      await expect(mira.page.getByRole("listbox")).toBeVisible();
      expect(await faultsOf(mira.page)).toEqual([]);
      await mira.composer.press("Escape");
      await mira.composer.fill("");
      await mira.composer.press("ArrowUp");
      await expect(mira.page.getByText("Editing your message")).toBeVisible();
      expect(await faultsOf(mira.page)).toEqual([]);
    });
  });
}

test("nothing moves by itself for those who asked for less motion [C43]", async ({ someone, house, quill }) => {
  const mira = await someone("Mira", { reducedMotion: "reduce" });
  await mira.entersRoom(await mira.opensRoom("Still", quill));
  const pace = saysWhenTold(["A word", " and another"]);
  house.model.scriptFor("hold still", pace.script);
  await mira.says(`@${quill.username} hold still`);
  await pace.next();
  await mira.hears("A word");
  const moving = await mira.page.evaluate(() => document.getAnimations().filter((each) => each.playState === "running").length);
  expect(moving).toBe(0);
  pace.finish();
});
