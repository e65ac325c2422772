import { describeHeaders } from "./answer-headers.ts";
import type { RestApp } from "./rest-env.ts";
import { REST_PATH } from "./rest-path.ts";

/** The description of every route, made of the very definitions that validate what they are asked. */
export function openApiDocument(app: RestApp, version: string) {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", description: "The token of a session, or an API token." });
  app.openAPIRegistry.registerComponent("securitySchemes", "cookie", {
    type: "apiKey",
    in: "cookie",
    name: "tertulia.session-token",
    description: "What the web app signs in with. It reads; it changes something only from a page of this server's own.",
  });
  describeHeaders(app);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Tertulia", version, description: DESCRIPTION, license: { name: "MIT" } },
    servers: [{ url: REST_PATH }],
    tags: TAGS,
  });
}

const TAGS = [
  { name: "Signing in", description: "Accounts, sessions and API tokens." },
  { name: "People", description: "Who is here." },
  { name: "Conversations", description: "Rooms, direct messages and chats with an assistant." },
  { name: "Participants", description: "Who is in a conversation." },
  { name: "Messages", description: "What is said, how it is answered with an emoji, and how far it has been read." },
  { name: "Assistants", description: "Who answers by a model, and how an answer is coming along." },
  { name: "Administration", description: "For administrators of the server." },
  { name: "Server" },
];

const DESCRIPTION = `Conversations between people and AI assistants, over plain HTTP, for scripts and integrations in any language.
What happens is heard live over a WebSocket (\`/ws\`) or tRPC; here one asks.

**Begin** by registering or signing in, or make an API token in the settings of the web app, and send it with every request:

    Authorization: Bearer ttl_…

**Answers** are JSON: \`{"success": true, "data": …}\`, or \`{"success": true, "message": "…"}\` where something was done and there is nothing more to say.
Lists are \`{"items": […], "nextCursor": …, "previousCursor": …}\`: send a cursor back as it was given, never make one.
Where a route takes a body or a query, a field that isn't described here is refused, so that nothing goes wrong in silence; answers may grow fields. Times are ISO 8601, answered in UTC and taken with any offset; ids are UUIDs.

**Refusals** are \`{"success": false, "error": "a sentence", "code": "FROM_A_CLOSED_LIST", "details": {…}, "requestId": "…"}\` with a fitting status; of a method that an address doesn't take it is 405, with \`Allow\`.
A private conversation that you aren't in is refused exactly as one that doesn't exist.

**Trying again** is safe: \`GET\`, \`PATCH\` and \`DELETE\` change no more twice than once, nor does bringing someone in, reacting or reading. What is posted, begun, announced or written anew takes an \`Idempotency-Key\`.
Past a limit the answer is 429 with \`Retry-After\` in seconds; \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` tell whoever is limited how much may be asked in a minute.
A body may have 256 KiB and is \`application/json\`.`;
