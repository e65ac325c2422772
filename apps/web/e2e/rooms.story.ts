import { expect, test } from "./fixtures";

test("a public room is found, joined and left, and the list follows without a reload", async ({ mira, tomas }) => {
  await mira.page.goto(mira.url);
  const some = mira.account.username;
  await mira.page.getByRole("main").getByRole("button", { name: "New room" }).click();
  await mira.page.getByLabel("Name", { exact: true }).fill(`Film night ${some}`);
  await mira.page.getByLabel("Topic").fill("One a month");
  await mira.page.getByRole("button", { name: "Open the room" }).click();
  await expect(mira.page.getByRole("heading", { level: 1, name: `Film night ${some}` })).toBeVisible();

  await tomas.page.goto(tomas.url);
  await tomas.page.getByRole("main").getByRole("button", { name: "Find a room" }).click();
  await tomas.page.getByPlaceholder("Search public rooms").fill(some);
  await tomas.page.getByRole("button", { name: `Join: Film night ${some}` }).click();
  const rooms = tomas.page.getByRole("navigation", { name: "Rooms" });
  await expect(rooms.getByRole("link", { name: `Film night ${some}` })).toHaveAttribute("aria-current", "page");

  await tomas.page.getByRole("button", { name: "More", exact: true }).click();
  await tomas.page.getByRole("menuitem", { name: "Leave this room" }).click();
  await tomas.page.getByRole("dialog").getByRole("button", { name: "Leave", exact: true }).click();
  await expect(rooms.getByRole("link", { name: `Film night ${some}` })).toHaveCount(0);
  await expect(tomas.page).toHaveURL(tomas.url + "/");
});

test("whoever follows an address to a public room can join it there, and a private one isn't there for them", async ({ mira, tomas }) => {
  const open = await mira.ask<{ room: { id: string } }>("rooms.create", { kind: "room", title: "Garden" });
  const shut = await mira.opensRoom("House committee");

  await tomas.page.goto(`${tomas.url}/rooms/${open.room.id}`);
  await tomas.page.getByRole("main").getByRole("button", { name: "Join" }).click();
  await expect(tomas.composer).toBeVisible();

  await tomas.page.goto(`${tomas.url}/rooms/${shut}`);
  await expect(tomas.page.getByRole("heading", { name: "This room isn’t there" })).toBeVisible();
  await expect(tomas.page.getByText("House committee")).toHaveCount(0);
});

test("a room with a password asks for it, and says when it is the wrong one", async ({ mira, tomas }) => {
  const { room } = await mira.ask<{ room: { id: string } }>("rooms.create", { kind: "room", title: `Cellar ${mira.account.username}`, password: "verdejo" });
  await tomas.page.goto(`${tomas.url}/rooms/${room.id}`);
  await tomas.page.getByRole("main").getByRole("button", { name: "Join" }).click();
  await tomas.page.getByPlaceholder("This room asks for a password").fill("rioja");
  await tomas.page.keyboard.press("Enter");
  await expect(tomas.page.getByText("That isn’t the room’s password.")).toBeVisible();
  await tomas.page.getByPlaceholder("This room asks for a password").fill("verdejo");
  await tomas.page.keyboard.press("Enter");
  await expect(tomas.composer).toBeVisible();
});

test("unread words stand on top with who said them, are counted in the title, and leave when they are read [C12]", async ({ mira, tomas, roomId }) => {
  await mira.page.goto(mira.url);
  const link = mira.page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: /Rooftop station/ });
  await expect(link).toBeVisible();
  await tomas.entersRoom(roomId);
  await tomas.says("Is the gauge dry?");
  await expect(link).toContainText("Tomas: Is the gauge dry?");
  await expect(link).toContainText("1");
  await expect(mira.page).toHaveTitle("(1) Tertulia");

  await tomas.says(`@${mira.account.username} are you there?`);
  await expect(link).toContainText("@1");

  await link.click();
  await mira.hears("are you there?");
  await expect(mira.page).toHaveTitle("Rooftop station · Tertulia");
  await expect(link).not.toContainText("unread");
});

test("a room is renamed and deleted by its owner, for everyone at once", async ({ mira, tomas, together: _, roomId }) => {
  await mira.page.getByRole("button", { name: "More", exact: true }).click();
  await mira.page.getByRole("menuitem", { name: "Name and topic" }).click();
  await mira.page.getByLabel("Name", { exact: true }).fill("Cellar station");
  await mira.page.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(tomas.page.getByRole("heading", { level: 1, name: "Cellar station" })).toBeVisible();

  await mira.page.getByRole("button", { name: "More", exact: true }).click();
  await mira.page.getByRole("menuitem", { name: "Delete this room" }).click();
  const forGood = mira.page.getByRole("button", { name: "Delete for good" });
  await expect(forGood).toBeDisabled();
  await mira.page.getByLabel("The room’s name").fill("Cellar station");
  await forGood.click();
  await expect(mira.page).toHaveURL(mira.url + "/");
  await expect(tomas.page.getByRole("status").getByText("This room was deleted.")).toBeVisible();
  await expect(tomas.page.locator(`a[href="/rooms/${roomId}"]`)).toHaveCount(0);
});
