import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

const ChatCompletionRequest = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  temperature: z.number().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
});

/** A request for an answer, as the scripted model server received it. */
export class ModelRequest {
  readonly headers: IncomingHttpHeaders;
  readonly model: string;
  /** Undefined if the asker left it to the model. */
  readonly temperature: number | undefined;
  readonly messages: readonly { role: string; content: string }[];
  /** Resolves when the connection of the answer ends: `aborted` when the other side hung up before the answer's end. */
  readonly closed: Promise<"finished" | "aborted">;
  readonly #closing = Promise.withResolvers<"finished" | "aborted">();

  private constructor(headers: IncomingHttpHeaders, body: z.infer<typeof ChatCompletionRequest>) {
    this.headers = headers;
    this.model = body.model;
    this.temperature = body.temperature;
    this.messages = body.messages;
    this.closed = this.#closing.promise;
  }

  static async read(incoming: IncomingMessage): Promise<ModelRequest> {
    return new ModelRequest(incoming.headers, ChatCompletionRequest.parse(JSON.parse(await text(incoming))));
  }

  /** The last words of a person. */
  get question(): string {
    return this.messages.findLast(({ role }) => role === "user")?.content ?? "";
  }

  close(how: "finished" | "aborted"): void {
    this.#closing.resolve(how);
  }
}
