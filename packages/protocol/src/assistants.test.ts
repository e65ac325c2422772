import type { Id } from "@tertulia/model/ids";
import { systemClock } from "@tertulia/server/system-clock";
import { refuses, saysWhenTold } from "@tertulia/testing/model-server/scripts";
import { type ModelServer, startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../test/client.ts";
import { type Stage, setStage } from "../test/stage.ts";

let model: ModelServer;
let stage: Stage;
beforeAll(async () => {
  model = await startModelServer();
  stage = await setStage({ openAi: { apiKey: null, baseUrl: model.url, model: "scripted-1" }, clock: systemClock });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await model.close();
});

const newRoom = () => stage.newRoom({ memberIds: [stage.cast.tomas.account.id, stage.cast.quill.id] });

async function asks(client: Client, roomId: Id): Promise<Id> {
  const { data } = await client.posts(roomId, "@quill what goes with tea?");
  return Reflect.get(data, "message_id");
}

/** What was told of the answer alone, in order. */
const toldOf = (client: Client) => client.heard.filter(({ type }) => type.startsWith("assistant_") || type === "user_typing");

describe("[AI1] an answer", () => {
  test("begins, grows and ends before everyone, and shows its assistant typing meanwhile [T3]", async () => {
    const pace = saysWhenTold(["Scones", " 和茶 🫖", "."]);
    model.script(pace.script);
    const roomId = await newRoom();
    await using tomases = await stage.enter(stage.cast.tomas);
    await using miras = await stage.enter(stage.cast.mira);
    const trigger_message_id = await asks(miras, roomId);
    const { data: started } = await tomases.hears("assistant_started");
    const quill = { id: stage.cast.quill.id, username: stage.cast.quill.username, avatar_url: null };
    expect(started).toMatchObject({ room_id: roomId, assistant: quill, trigger_message_id, message: { id: started.message_id, status: "streaming", content: "", user_id: quill.id, run: { id: started.run_id } } });
    const textSoFar = () => tomases.frames("assistant_delta").map(({ data }) => data.text).join("");
    for (const text of ["Scones", "Scones 和茶 🫖", "Scones 和茶 🫖."]) {
      await pace.next();
      await tomases.until(() => textSoFar() === text);
    }
    let offset = 0;
    for (const { data } of tomases.frames("assistant_delta")) {
      expect(data).toEqual({ room_id: roomId, run_id: started.run_id, message_id: started.message_id, offset, text: data.text });
      offset += data.text.length;
    }
    pace.finish();
    const { data: completed } = await tomases.hears("assistant_completed");
    expect(completed).toMatchObject({ message: { id: started.message_id, content: "Scones 和茶 🫖.", status: "sent", role: "assistant" }, usage: { input_tokens: null, output_tokens: null }, seq: started.seq + 1 });
    const kinds = toldOf(tomases).map((frame) => (frame.type === "user_typing" ? `typing ${frame.data.typing}` : frame.type)).filter((kind) => kind !== "assistant_delta");
    expect(kinds).toEqual(["assistant_started", "typing true", "typing false", "assistant_completed"]);
    expect(tomases.frames("user_typing")[0]?.data).toEqual({ room_id: roomId, user: quill, typing: true });
  });

  test("that fails says why, and whether to try again", async () => {
    model.script(refuses(401));
    const roomId = await newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    await asks(miras, roomId);
    const { data } = await miras.hears("assistant_failed");
    expect(data).toMatchObject({ message: { room_id: roomId, status: "failed" }, code: "AI_MISCONFIGURED", retryable: expect.any(Boolean), seq: expect.any(Number) });
  });
});

describe("[AI2] stopping an answer", () => {
  test("keeps its words; whoever asked may, by any connection of theirs", async () => {
    const pace = saysWhenTold(["Scones", " and more"]);
    model.script(pace.script);
    const roomId = await newRoom();
    await using miras = await stage.enter(stage.cast.mira);
    await using tomases = await stage.enter(stage.cast.tomas);
    await using phone = await stage.enter(stage.cast.tomas);
    await asks(tomases, roomId);
    await pace.next();
    await tomases.hears("assistant_delta");
    const { data } = await miras.hears("assistant_started");
    phone.say("assistant_stop", { room_id: roomId, run_id: data.run_id });
    expect((await miras.hears("assistant_stopped")).data).toMatchObject({ message: { id: data.message_id, content: "Scones", status: "stopped" }, stopped_by: stage.cast.tomas.account.id });
    await phone.reached();
    expect(phone.frames("error")).toEqual([]);
  });

  test("is refused to other members, to whoever is outside, and where it isn't", async () => {
    const pace = saysWhenTold(["Scones"]);
    model.script(pace.script);
    const [roomId, elsewhere] = [await newRoom(), await newRoom()];
    await using miras = await stage.enter(stage.cast.mira);
    await using tomases = await stage.enter(stage.cast.tomas);
    await using wens = await stage.enter(stage.cast.wen);
    await asks(miras, roomId);
    const { data } = await miras.hears("assistant_started");
    const stop = async (client: Client, room_id: Id) => (await client.asks("assistant_stop", { room_id, run_id: data.run_id })).data;
    expect(await stop(tomases, roomId)).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await stop(wens, roomId)).toMatchObject({ code: "NOT_FOUND", details: { run_id: data.run_id } });
    expect(await stop(miras, elsewhere)).toMatchObject({ code: "NOT_FOUND" });
    pace.finish();
    await miras.hears("assistant_completed");
  });
});
