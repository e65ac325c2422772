import { afterAll, beforeAll, expect, test } from "vitest";
import { hears, type Visit } from "./door.ts";
import { hearingDoors } from "./doors.ts";
import { type Fact, hear } from "./facts.ts";
import { House } from "./house.ts";
import { restDoor } from "./rest-door.ts";

let house: House;
beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house[Symbol.asyncDispose]());

// REST tells what is, not what happened.
const telling = hearingDoors.filter((door) => hears(door, "typing"));

test("[M4] whoever listens is told the same in the same order by every door that tells what happens, live and on coming back", async () => {
  const { mira, tomas } = house.cast;
  const room = await house.newRoom();
  const live = await Promise.all(telling.map(async (door) => (await house.visit(door, mira)).listen(room)));
  const firstSeq = await tellALot(room, await house.visit(restDoor, mira), await house.visit(restDoor, tomas));
  const end: Fact = { kind: "renamed", title: "The end" };
  const [first, ...others] = await Promise.all(live.map(async (ear) => (await hear(ear, end), ear.facts())));
  expect(first).toHaveLength(14);
  for (const told of others) expect(told).toEqual(first);

  await using visits = new AsyncDisposableStack();
  const back = await Promise.all(telling.map(async (door) => visits.use(await door.enter(house.url, mira)).resume(room, firstSeq - 1)));
  const [again, ...alike] = await Promise.all(back.map(async (ear) => (await hear(ear, end), ear.facts())));
  for (const told of alike) expect(told).toEqual(again);
  expect(kindsOf(again)).toEqual(expect.arrayContaining(kindsOf(first)));
});

const kindsOf = (facts: readonly Fact[] = []) => facts.map(({ kind }) => kind);

/** Answers where it began. */
async function tellALot(room: string, mira: Visit, tomas: Visit): Promise<number> {
  const { id, seq } = await mira.post(room, "Tee?");
  await mira.edit(id, "Tea?");
  await tomas.react(id, "🫖");
  await tomas.react(id, "👍");
  await tomas.takeReactionBack(id, "👍");
  const reply = await tomas.post(room, "Yes", { replyToId: id });
  await tomas.deleteMessage(reply.id);
  const wen = house.cast.wen.account.id;
  await mira.addMember(room, wen);
  await mira.renameRoom(room, "Tea at five");
  await mira.removeMember(room, wen);
  for (const content of ["One", "Two", "Three"]) await tomas.post(room, content);
  await mira.renameRoom(room, "The end");
  return seq;
}
