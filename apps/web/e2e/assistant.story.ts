import { breaksOffAfter, hangsAfterHeaders, refuses, saysWhenTold } from "@tertulia/testing/model-server/scripts";
import { expect, test } from "./fixtures";

const ANSWER = ["In real rain ", "this gauge is slow.\n\n", "```python\n", "gap = tips.diff()\n", "real = tips[gap >= 9]\n", "```\n\n", "That removes 87 of 214 tips."];

const say = async (pace: { next: () => Promise<void> }, chunks: number) => {
  for (let said = 0; said < chunks; said++) await pace.next();
};

test("the assistant answers both, and whoever reloads mid-answer sees the whole of it [C7, C15, C54]", async ({ house, mira, tomas, quill, together: _ }) => {
  const pace = saysWhenTold(ANSWER);
  house.model.scriptFor("filter that csv", pace.script);

  await tomas.says(`@${quill.username} how would you filter that csv?`);
  const answers = [mira, tomas].map((person) => person.log.getByRole("article", { name: /^Quill/ }));
  for (const answer of answers) {
    await expect(answer).toContainText("AI");
    await expect(answer).toHaveAttribute("aria-busy", "true");
    await expect(answer.getByText(/^Thinking/)).toBeVisible();
  }

  await say(pace, 4);
  for (const answer of answers) {
    await expect(answer).toContainText("this gauge is slow.");
    await expect(answer.locator("pre")).toContainText("gap = tips.diff()");
    await expect(answer.getByText(/^Writing/)).toBeVisible();
  }

  await tomas.page.reload();
  await expect(answers[1]?.locator("pre") ?? tomas.log).toContainText("gap = tips.diff()");
  await say(pace, ANSWER.length - 4);
  pace.finish();

  for (const answer of answers) {
    await expect(answer).not.toHaveAttribute("aria-busy", "true");
    await expect(answer).toContainText("In real rain this gauge is slow.");
    await expect(answer.locator("pre")).toHaveText("gap = tips.diff()\nreal = tips[gap >= 9]");
    await expect(answer).toContainText("That removes 87 of 214 tips.");
    await expect(answer.getByText(/^Writing/)).toHaveCount(0);
  }
});

test("blocks that are finished keep their elements while the answer goes on [C15]", async ({ house, mira, quill, together: _ }) => {
  const pace = saysWhenTold(ANSWER);
  house.model.scriptFor("keep your elements", pace.script);
  await mira.says(`@${quill.username} keep your elements`);
  await say(pace, 6);
  const answer = mira.log.getByRole("article", { name: /^Quill/ });
  await expect(answer.locator("pre")).toContainText("real = tips");

  await answer.locator(".words > *").evaluateAll((blocks) => blocks.forEach((block, place) => block.setAttribute("data-was", String(place))));
  await pace.next();
  pace.finish();
  await expect(answer).toContainText("That removes 87 of 214 tips.");
  await expect(answer.locator(".words > [data-was]")).toHaveCount(2);
});

test("whoever asked stops the answer, and what was said of it stays [C14]", async ({ house, mira, tomas, quill, together: _ }) => {
  const pace = saysWhenTold(["Yours don’t, they sit at four", " and more"]);
  house.model.scriptFor("cluster", pace.script);
  await tomas.says(`@${quill.username} do they cluster?`);
  await pace.next();

  const stop = tomas.log.getByRole("button", { name: "Stop" });
  await expect(tomas.log.getByText("they sit at four")).toBeVisible();
  await stop.click();
  await expect(tomas.log.getByText("Stopped by you")).toBeVisible();
  await expect(mira.log.getByText("Stopped by Tomas")).toBeVisible();
  await expect(mira.log.getByText("they sit at four")).toBeVisible();
  await expect(stop).toHaveCount(0);
});

test("a failure stands in place with its cause, and asking again answers [C13]", async ({ house, mira, quill, together: _ }) => {
  house.model.script(refuses(401));
  await mira.says(`@${quill.username} is there flour for twelve?`);
  await mira.hears("doesn’t accept this server’s settings");

  house.model.script(breaksOffAfter("There is flour for"));
  await mira.log.getByRole("button", { name: "Try again" }).click();
  await mira.hears("It was cut off here.");
  await mira.hears("There is flour for");

  const pace = saysWhenTold(["Five loaves, so no."]);
  house.model.script(pace.script);
  await expect(mira.log.getByRole("button", { name: "Try again" })).toHaveCount(1);
  await mira.log.getByRole("button", { name: "Try again" }).click();
  await pace.next();
  pace.finish();
  await mira.hears("Five loaves, so no.");
  await expect(mira.log.getByRole("button", { name: "Try again" })).toHaveCount(0);
});

test("thinking shows at once, long before the first word [C17]", async ({ house, mira, quill, together: _ }) => {
  house.model.scriptFor("think it over", hangsAfterHeaders());
  await mira.says(`@${quill.username} think it over`);
  await mira.hears("Thinking");
  await mira.log.getByRole("button", { name: "Stop" }).click();
  await mira.hears("Stopped by you");
});

test("those who listen hear an answer begin and end, and not its words in between [C40]", async ({ house, mira, tomas, quill, together: _ }) => {
  const pace = saysWhenTold(["One ", "two ", "three."]);
  house.model.scriptFor("count to three", pace.script);
  await mira.page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const region = document.querySelector("[aria-live='polite'].sr-only");
    const hear = ({ addedNodes }: MutationRecord) => addedNodes.forEach(({ textContent }) => heard.push(textContent ?? ""));
    if (region) new MutationObserver((changes) => changes.forEach(hear)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  const heard = () => mira.page.evaluate(() => Reflect.get(window, "heard"));
  await tomas.says(`@${quill.username} count to three`);
  await say(pace, 1);
  // An answer that is there at once has no beginning to be told.
  await expect.poll(heard).toContain("Quill is answering.");
  await say(pace, 2);
  pace.finish();
  await expect.poll(heard).toEqual([`Tomas: @${quill.username} count to three`, "Quill is answering.", "Quill has answered: One two three."]);
});
