import { saysWhenTold } from "@tertulia/testing/model-server/scripts";
import { expect, test } from "./fixtures";
import type { Person } from "./person";

const posts = async (person: Person, roomId: string, count: number, words = "Line") => {
  for (let place = 1; place <= count; place++) {
    const content = `${words} ${place}. ${"and so on ".repeat((place * 7) % 23)}`;
    await person.ask("messages.post", { roomId, clientId: `${words}-${place}`, content });
  }
};

const topOf = (person: Person, words: string) => person.row(words).evaluate((row) => row.getBoundingClientRect().top);
const fromEnd = (person: Person) => person.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);

test("the room opens at the first unread message, under a line that stays for the visit [C10, C11]", async ({ mira, tomas, roomId }) => {
  await posts(tomas, roomId, 3, "Read");
  await mira.entersRoom(roomId);
  await mira.hears("Read 3.");
  await expect.poll(() => unreadOf(mira, roomId)).toBe(0);
  await mira.page.goto(mira.url);

  await posts(tomas, roomId, 30, "Unread");
  await mira.entersRoom(roomId);
  await expect(mira.log.getByRole("separator", { name: "30 new" })).toBeInViewport();
  await expect(mira.row("Unread 1.")).toBeInViewport();
  await expect(mira.row("Unread 30.")).not.toBeInViewport();
  expect(await unreadOf(mira, roomId)).toBe(30);

  await mira.page.getByRole("button", { name: "30 new, go to latest" }).click();
  await expect(mira.row("Unread 30.")).toBeInViewport();
  await expect.poll(() => unreadOf(mira, roomId)).toBe(0);
  await tomas.ask("messages.post", { roomId, clientId: "one-more", content: "One more" });
  await mira.hears("One more");
  await expect(mira.log.getByRole("separator", { name: "30 new" })).toHaveCount(1);
});

const unreadOf = async (person: Person, roomId: string): Promise<number> => {
  const answer = await person.page.request.get(new URL("/api/trpc/inbox.get", person.url).href);
  const body: { result: { data: { items: { room: { id: string }; unread: number }[] } } } = await answer.json();
  return body.result.data.items.find(({ room }) => room.id === roomId)?.unread ?? Number.NaN;
};

test("history loads above without moving what is read, from wherever one scrolls to [C8]", async ({ mira, tomas, roomId }) => {
  await posts(tomas, roomId, 180);
  await mira.ask("reads.mark", { roomId, seq: 100_000 });
  await mira.entersRoom(roomId);
  await expect(mira.row("Line 180.")).toBeInViewport();

  const shifts = await mira.log.evaluate(async (log) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const rows = () => Array.from(log.querySelectorAll<HTMLElement>("article"));
    const found: { held: number; shift: number }[] = [];
    for (const top of [0, 20, 99]) {
      const held = rows().length;
      log.scrollTop = top;
      const anchor = rows().find((row) => row.getBoundingClientRect().bottom > log.getBoundingClientRect().top);
      const before = anchor?.getBoundingClientRect().top ?? 0;
      while (rows().length === held) await frame();
      found.push({ held, shift: Math.abs((anchor?.getBoundingClientRect().top ?? 0) - before) });
    }
    return found;
  });
  expect(shifts.map(({ held }) => held)).toEqual([50, 100, 150]);
  for (const { shift } of shifts) expect(shift).toBeLessThanOrEqual(2);
  await expect(mira.row("Line 1. ")).toHaveCount(1);
  await expect(mira.log.getByRole("article")).toHaveCount(180);
});

test("one tick of the wheel stops following, and neither words nor tokens move what is read [C4]", async ({ house, mira, tomas, quill, roomId }) => {
  await posts(tomas, roomId, 40);
  await mira.entersRoom(roomId);
  await mira.page.getByRole("button", { name: /go to latest/ }).click();
  await expect.poll(() => fromEnd(mira)).toBeLessThan(2);

  const pace = saysWhenTold(Array.from({ length: 30 }, (_, place) => `Words ${place} of a long answer that takes some room.\n\n`));
  house.model.scriptFor("a long answer", pace.script);
  await tomas.ask("messages.post", { roomId, clientId: "ask", content: `@${quill.username} give me a long answer` });
  await pace.next();
  await mira.hears("Words 0 of");
  await expect.poll(() => fromEnd(mira)).toBeLessThan(2);

  await mira.log.hover();
  await mira.page.mouse.wheel(0, -120);
  await expect(mira.page.getByRole("button", { name: /latest/ })).toBeVisible();
  await expect.poll(() => fromEnd(mira)).toBeGreaterThan(100);
  const before = await topOf(mira, "Line 39.");
  for (let place = 1; place < 30; place++) await pace.next();
  pace.finish();
  await posts(tomas, roomId, 6, "Later");
  await expect(mira.page.getByRole("button", { name: "6 new, go to latest" })).toBeVisible();
  expect(Math.abs((await topOf(mira, "Line 39.")) - before)).toBeLessThanOrEqual(1);

  await mira.page.getByRole("button", { name: "6 new, go to latest" }).click();
  await expect.poll(() => fromEnd(mira)).toBeLessThan(2);
  await expect(mira.row("Later 6.")).toBeInViewport();
});

test("nothing is read while nobody looks [C11]", async ({ mira, tomas, together: _, roomId }) => {
  await mira.says("I was here");
  await mira.hears("I was here");
  const elsewhere = await mira.page.context().newPage();
  await elsewhere.bringToFront();
  await mira.page.evaluate(() => {
    Object.defineProperty(document, "hasFocus", { value: () => false, configurable: true });
  });
  await tomas.says("Anyone?");
  await mira.hears("Anyone?");
  expect(await unreadOf(mira, roomId)).toBe(1);

  await mira.page.evaluate(() => {
    Object.defineProperty(document, "hasFocus", { value: () => true, configurable: true });
    window.dispatchEvent(new Event("focus"));
  });
  await expect.poll(() => unreadOf(mira, roomId)).toBe(0);
  await expect(mira.log.getByRole("separator", { name: "1 new" })).toBeVisible();
});

test("the log is one stop of the Tab key, walked with arrows [C18, C41]", async ({ mira, tomas, together: _ }) => {
  await tomas.says("See https://example.org/one and https://example.org/two");
  await tomas.says("Second");
  await mira.hears("Second");

  await mira.composer.focus();
  await mira.page.keyboard.press("Shift+Tab");
  await expect(mira.row("Second")).toBeFocused();
  await expect(mira.page.getByRole("toolbar")).toBeVisible();
  await mira.page.keyboard.press("ArrowUp");
  await expect(mira.row("See https")).toBeFocused();
  await mira.page.keyboard.press("Enter");
  await expect(mira.page.getByRole("link", { name: "https://example.org/one" })).toBeFocused();
  await mira.page.keyboard.press("Escape");
  await expect(mira.row("See https")).toBeFocused();
  await tomas.says("Third");
  await mira.hears("Third");
  await expect(mira.row("See https")).toBeFocused();
  await mira.page.keyboard.press("Tab");
  await expect(mira.composer).toBeFocused();
  await mira.page.keyboard.press("Shift+Tab");
  await expect(mira.row("See https")).toBeFocused();
});
