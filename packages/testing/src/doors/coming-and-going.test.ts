import type { Id } from "@tertulia/model/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { can, type Door, ToldRefusal, type Visit } from "./door.ts";
import { doorPairs } from "./doors.ts";
import { type Ear, type Fact, heardBy } from "./facts.ts";
import { House } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house[Symbol.asyncDispose]());

describe.each(doorPairs)("by $by, through $through", ({ doing, hearing }) => {
  test("[G1] [M4] whoever was away hears what they missed, in its order, and goes on", async () => {
    const { room, mira } = await scene(doing);
    const { seq } = await mira.post(room, "Before");
    for (const content of ["One", "Two", "Three"]) await mira.post(room, content);
    await using tomas = await hearing.enter(house.url, house.cast.tomas);
    using ear = await tomas.resume(room, seq);
    await mira.post(room, "Four");
    await heardBy(ear, "posted", ({ message }) => message.content === "Four");
    expect(textsIn(await ear.facts())).toEqual(["One", "Two", "Three", "Four"]);
  });

  test("[J1] whoever joins hears what is said from then on", async () => {
    const { room, mira } = await scene(doing, { isPrivate: false });
    await mira.post(room, "Before");
    await using wen = await hearing.enter(house.url, await house.newcomer());
    await wen.join(room);
    using ear = await wen.listen(room);
    await mira.post(room, "Welcome");
    expect((await heardBy(ear, "posted")).message.content).toBe("Welcome");
  });

  test("[J5] whoever has left hears nothing more of the room", async () => {
    const { room, mira } = await scene(doing);
    const guest = await house.newcomer();
    await house.seat(room, guest);
    await using visit = await hearing.enter(house.url, guest);
    using ear = await visit.listen(room);
    await mira.post(room, "Stay");
    await heardBy(ear, "posted");
    await visit.leave(room);
    await mira.post(room, "Gone?");
    expect(await heardAfterAll(visit, ear, guest.id, mira)).toEqual(["Stay"]);
  });
});

describe.each(doorPairs.filter(({ doing }) => can(doing, "removeMember")))("removed by $by, heard through $through", ({ doing, hearing }) => {
  test("[B38] whoever is removed hears nothing more, nor by an old place in the room", async () => {
    const { room, mira } = await scene(doing);
    const guest = await house.newcomer();
    await house.seat(room, guest);
    await using visit = await hearing.enter(house.url, guest);
    using ear = await visit.listen(room);
    const { seq } = await mira.post(room, "Stay");
    await heardBy(ear, "posted");
    await mira.removeMember(room, guest.id);
    await mira.post(room, "Gone?");
    expect(await heardAfterAll(visit, ear, guest.id, mira)).toEqual(["Stay"]);
    await using again = await hearing.enter(house.url, guest);
    expect([await resumed(again, room, 0, mira, guest.id), await resumed(again, room, seq, mira, guest.id)]).toEqual([[], []]);
  });
});

async function scene(doing: Door, options: { isPrivate?: boolean } = {}): Promise<{ room: Id; mira: Visit }> {
  return { room: await house.newRoom(options), mira: await house.visit(doing, house.cast.mira) };
}

const textsIn = (facts: readonly Fact[]) => facts.flatMap((fact) => (fact.kind === "posted" ? [fact.message.content] : []));

/** What an ear has heard of a room, once what is said after that in another room has been heard too. */
async function heardAfterAll(visit: Visit, ear: Ear, guestId: Id, mira: Visit): Promise<string[]> {
  const own = await house.newRoom({ memberIds: [guestId] });
  using other = await visit.listen(own);
  await mira.post(own, "For you");
  await heardBy(other, "posted");
  return textsIn(await ear.facts());
}

async function resumed(visit: Visit, room: Id, after: number, mira: Visit, guestId: Id): Promise<string[]> {
  const ear = await visit.resume(room, after).catch(nullIfRefused);
  return ear ? heardAfterAll(visit, ear, guestId, mira) : [];
}

const nullIfRefused = (error: unknown): null => {
  if (error instanceof ToldRefusal) return null;
  throw error;
};
