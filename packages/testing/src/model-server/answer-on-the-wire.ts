import type { ServerResponse } from "node:http";
import type { ModelRequest } from "./model-request.ts";

export interface TokenCount {
  prompt_tokens: number;
  completion_tokens: number;
}

/** One answer as its script plays it: in the words of the protocol, or byte by byte where the script wants to be bad. */
export class AnswerOnTheWire {
  readonly request: ModelRequest;
  readonly #response: ServerResponse;

  constructor(request: ModelRequest, response: ServerResponse) {
    this.request = request;
    this.#response = response;
  }

  /** Whether there is still someone to tell. */
  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }

  /** Answers with a status and a body instead of a stream. */
  refuse(status: number, body: string, headers: Record<string, string> = {}): void {
    this.#response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  }

  /** Sends the headers of a stream now, before its first word. */
  begin(): void {
    if (this.#response.headersSent) return;
    this.#response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
    this.#response.flushHeaders();
  }

  say(words: string): void {
    this.event(chunkOf(this.request.model, { delta: { role: "assistant", content: words }, finish_reason: null }));
  }

  /** The regular end: the reason, the tokens when they were counted, and [DONE]. */
  end(usage?: TokenCount): void {
    this.finish(usage);
    this.bytes("data: [DONE]\n\n");
    this.#response.end();
  }

  /** The reason why the words end, without [DONE] and with the stream left open. */
  finish(usage?: TokenCount): void {
    this.event(chunkOf(this.request.model, { delta: {}, finish_reason: "stop" }));
    if (usage) this.event({ ...chunkOf(this.request.model), usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } });
  }

  event(data: object): void {
    this.bytes(`data: ${JSON.stringify(data)}\n\n`);
  }

  bytes(bytes: string | Uint8Array): void {
    this.begin();
    if (this.isOpen) this.#response.write(bytes);
  }

  /** Ends the HTTP answer where it stands. */
  hangUp(): void {
    this.begin();
    this.#response.end();
  }

  /** Resets the TCP connection. */
  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }
}

interface Choice {
  delta: { role?: string; content?: string };
  finish_reason: string | null;
}

export function chunkOf(model: string, choice?: Choice) {
  return { id: "chatcmpl-scripted", object: "chat.completion.chunk", created: 0, model, choices: choice ? [{ index: 0, ...choice }] : [] };
}
