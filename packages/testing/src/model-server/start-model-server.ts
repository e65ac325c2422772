import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { portOf } from "../port-of.ts";
import { AnswerOnTheWire } from "./answer-on-the-wire.ts";
import { ModelRequest } from "./model-request.ts";
import { type Script, talks } from "./scripts.ts";

export interface ModelServer extends AsyncDisposable {
  /** What goes into OPENAI_BASE_URL. */
  readonly url: string;
  /** Every request for an answer, in the order they came. */
  readonly requests: readonly ModelRequest[];
  /** Answers whose connection is open now. */
  readonly openStreams: number;
  /** The next answer that no `scriptFor` fits plays this script, once. Without one, the server talks pleasantly. */
  script(...scripts: Script[]): void;
  /** Every answer to a question that holds these words plays this script. */
  scriptFor(words: string, script: Script): void;
  /** Resolves with the request for an answer number `count`, counted from 1. */
  request(count: number): Promise<ModelRequest>;
  close(): Promise<void>;
}

/** A real HTTP server in OpenAI's wire format whose answers are scripted: the one stand-in of the project's tests. */
export async function startModelServer({ port = 0, models = ["scripted-1"] }: { port?: number; models?: string[] } = {}): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const queue: Script[] = [];
  const fitting: { words: string; script: Script }[] = [];
  const awaited: { count: number; resolve: (request: ModelRequest) => void }[] = [];
  let openStreams = 0;

  const server = createServer((request, response) => {
    if (request.method === "GET" && request.url === "/v1/models") return listModels(response, models);
    if (request.method === "POST" && request.url === "/v1/chat/completions") return void answer(request, response);
    response.writeHead(404).end();
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse) {
    const request = await ModelRequest.read(incoming).catch(() => null);
    if (!request) return void response.writeHead(400).end();
    openStreams++;
    response.once("close", () => {
      openStreams--;
      request.close(response.writableFinished ? "finished" : "aborted");
    });
    requests.push(request);
    for (const wait of awaited) if (wait.count === requests.length) wait.resolve(request);
    const script = fitting.find(({ words }) => request.question.includes(words))?.script ?? queue.shift() ?? talks();
    await script(new AnswerOnTheWire(request, response));
  }

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  return {
    url: `http://127.0.0.1:${portOf(server.address())}/v1`,
    requests,
    get openStreams() {
      return openStreams;
    },
    script: (...scripts) => void queue.push(...scripts),
    scriptFor: (words, script) => void fitting.push({ words, script }),
    request: (count) => {
      const already = requests[count - 1];
      return already ? Promise.resolve(already) : new Promise((resolve) => awaited.push({ count, resolve }));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listModels(response: ServerResponse, models: string[]) {
  const data = models.map((id) => ({ id, object: "model", created: 0, owned_by: "tertulia" }));
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ object: "list", data }));
}
