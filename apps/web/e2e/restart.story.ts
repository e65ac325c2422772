import { expect, test } from "./fixtures";
import { openHouse } from "./house";
import { signUp } from "./person";

test("the server is restarted under an open page, which catches up by itself [C2, C9, C21]", async ({ browser }) => {
  await using house = await openHouse();
  const [mirasBrowser, tomasBrowser] = await Promise.all([browser.newContext({ locale: "en-GB" }), browser.newContext({ locale: "en-GB" })]);
  const mira = await signUp(mirasBrowser, house.url, "Mira");
  const tomas = await signUp(tomasBrowser, house.url, "Tomas");
  const roomId = await mira.opensRoom("Rooftop station", tomas.account);
  await mira.entersRoom(roomId);
  await mira.says("Before");
  await mira.hears("Before");

  await house.shut();
  await expect(mira.page.getByRole("main").getByText("No connection. Keep writing")).toBeVisible();
  await mira.says("Written while it was away");
  await expect(mira.row("Written while it was away")).toContainText("Waiting for the connection");
  await expect(mira.composer).toBeFocused();

  await house.open();
  await tomas.ask("messages.post", { roomId, clientId: "said-meanwhile", content: "Said meanwhile" });
  await mira.hears("Said meanwhile");
  await expect(mira.row("Written while it was away")).not.toContainText("Waiting for the connection");
  await expect(mira.page.getByRole("main").getByText("No connection. Keep writing")).toHaveCount(0);

  await tomas.entersRoom(roomId);
  await tomas.hears("Written while it was away");
  await expect(tomas.row("Written while it was away")).toHaveCount(1);
  await Promise.all([mirasBrowser.close(), tomasBrowser.close()]);
});

test("what couldn't be sent is still there after a reload, and goes out once [C2, C3]", async ({ browser }) => {
  await using house = await openHouse();
  const context = await browser.newContext({ locale: "en-GB" });
  const mira = await signUp(context, house.url, "Mira");
  const roomId = await mira.opensRoom("Rooftop station");
  await mira.entersRoom(roomId);
  await mira.says("Hello");
  await mira.hears("Hello");

  await house.shut();
  await mira.says("Kept over a reload");
  await expect(mira.row("Kept over a reload")).toContainText("Waiting for the connection");
  await house.open();
  await mira.page.reload();
  await mira.hears("Kept over a reload");
  await expect(mira.row("Kept over a reload").locator("time")).toBeVisible();
  await mira.page.reload();
  await expect(mira.row("Kept over a reload")).toHaveCount(1);
  await context.close();
});
