import { expect, test } from "vitest";
import { ClientFrame } from "./frames.ts";
import { Requests } from "./requests.ts";

/** A connection whose requests are done when the test says so. */
class Host {
  readonly sent: string[] = [];
  readonly begun: string[] = [];
  readonly requests = new Requests(this);
  isListening = true;
  readonly #done = new Map<string, (frame: Buffer | null) => void>();

  handle({ id }: ClientFrame): Promise<Buffer | null> {
    this.begun.push(id);
    return new Promise((resolve) => this.#done.set(id, resolve));
  }

  send(frame: Buffer): void {
    this.sent.push(frame.toString());
  }

  listens(isListening: boolean): void {
    this.isListening = isListening;
  }

  hears(type: string, id: string, data: object = {}): void {
    this.requests.add(ClientFrame.parse({ type, id, timestamp: "2026-01-15T10:30:00Z", data }));
  }

  posts(id: string, room_id: string): void {
    this.hears("message", id, { room_id, content: "Tea?", message_type: "text" });
  }

  deliver(what: string): void {
    this.requests.deliver(Buffer.from(what), false);
  }

  async does(id: string, answer: string | null = `answer to ${id}`): Promise<void> {
    this.#done.get(id)?.(answer === null ? null : Buffer.from(answer));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const [ROOM, OTHER] = ["0198a000-0000-7000-8000-000000000001", "0198a000-0000-7000-8000-000000000002"];

test("[E6] messages to one room are under way together; anything else waits for what is before it", async () => {
  const host = new Host();
  host.posts("1", ROOM);
  host.posts("2", ROOM);
  host.posts("3", OTHER);
  host.hears("ping", "4");
  expect(host.begun).toEqual(["1", "2"]);
  await host.does("2");
  expect(host.begun).toEqual(["1", "2"]);
  await host.does("1");
  expect(host.begun).toEqual(["1", "2", "3"]);
  await host.does("3");
  await host.does("4");
  expect(host.sent).toEqual(["answer to 1", "answer to 2", "answer to 3", "answer to 4"]);
});

test("[E6] what is told meanwhile comes after the answers that were under way, in its order", async () => {
  const host = new Host();
  host.deliver("before");
  host.posts("1", ROOM);
  host.posts("2", ROOM);
  host.deliver("first copy");
  await host.does("2");
  host.deliver("second copy");
  expect([host.sent, host.requests.held]).toEqual([["before"], "first copysecond copy".length]);
  await host.does("1");
  host.deliver("after");
  expect(host.sent).toEqual(["before", "answer to 1", "answer to 2", "first copy", "second copy", "after"]);
  expect(host.requests.held).toBe(0);
});

test("[G1] what is told while a client resumes isn't kept back: its answer is the last of it", async () => {
  const host = new Host();
  host.hears("resume", "1", { rooms: {} });
  host.deliver("missed");
  await host.does("1");
  expect(host.sent).toEqual(["missed", "answer to 1"]);
});

test("[E6] the refusal of a frame that wasn't understood has its place among the answers", async () => {
  const host = new Host();
  host.posts("1", ROOM);
  host.requests.add(Buffer.from("refused"));
  host.posts("2", ROOM);
  await host.does("2");
  expect(host.sent).toEqual([]);
  await host.does("1");
  expect(host.sent).toEqual(["answer to 1", "refused", "answer to 2"]);
});

test("[E6] with more than 64 unanswered nothing more is read until half of them are answered", async () => {
  const host = new Host();
  for (let id = 0; id < 64; id++) host.posts(`${id}`, ROOM);
  expect(host.isListening).toBe(true);
  host.posts("64", ROOM);
  expect(host.isListening).toBe(false);
  for (let id = 0; id < 32; id++) await host.does(`${id}`);
  expect(host.isListening).toBe(false);
  await host.does("32");
  expect(host.isListening).toBe(true);
});

test("when it is over, what waits isn't begun, and nobody waits for its answer", async () => {
  const host = new Host();
  host.hears("ping", "1");
  host.hears("ping", "2");
  host.requests.stop();
  const answered = host.requests.answered();
  await host.does("1", null);
  await answered;
  expect(host.begun).toEqual(["1"]);
});
