import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startModelServer, type ModelServer } from "@tertulia/testing/model-server/start-model-server";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A real server as `npm start` runs it, built, on a port and a data folder of its own, with the scripted model behind its assistant. */
export interface House extends AsyncDisposable {
  readonly url: string;
  readonly model: ModelServer;
  /** Ends the server's process; the data folder stays. */
  shut(): Promise<void>;
  /** Starts it again at the same address. */
  open(): Promise<void>;
}

/** @param extra settings by the names of their environment variables */
export async function openHouse(extra: Record<string, string> = {}): Promise<House> {
  const model = await startModelServer();
  const dataDir = await mkdtemp(join(tmpdir(), "tertulia-story-"));
  const port = await freePort();
  const settings = { PORT: String(port), HOST: "127.0.0.1", DATA_DIR: dataDir, OPENAI_BASE_URL: model.url, RATE_LIMIT_POSTS_PER_MINUTE: "600", NODE_ENV: "production", ...extra };
  let server: ChildProcess | null = null;

  const open = async () => {
    server = await startServer(settings);
  };
  const shut = async () => {
    if (!server) return;
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    server = null;
  };
  await open();
  return {
    url: `http://localhost:${port}`,
    model,
    open,
    shut,
    [Symbol.asyncDispose]: async () => {
      await shut();
      await model.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Resolves once the server says where it is open. */
async function startServer(settings: Record<string, string>): Promise<ChildProcess> {
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "apps/server/src/main.ts"], {
    cwd: ROOT,
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const complaints: string[] = [];
  server.stderr.on("data", (text: Buffer) => complaints.push(String(text)));
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("http://")) return server;
  }
  throw new Error(`The server ended before it was open: ${complaints.join("")}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
