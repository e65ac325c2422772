import type { RestApp } from "./rest-env.ts";

/** What answers say beside their bodies. */
const described = {
  "X-Request-Id": { description: "Names this request in the server's log.", schema: { type: "string", format: "uuid" } },
  "RateLimit-Limit": { description: "How often may be asked in a minute. Not told to whoever has no such limit.", schema: { type: "integer" } },
  "RateLimit-Remaining": { description: "How often still.", schema: { type: "integer" } },
  "RateLimit-Reset": { description: "In how many seconds all of it may be asked again.", schema: { type: "integer" } },
  "Retry-After": { description: "In how many seconds to come back.", schema: { type: "integer" } },
  "WWW-Authenticate": { description: "How to say who asks.", schema: { type: "string", const: "Bearer" } },
} as const;
type Name = keyof typeof described;

export function describeHeaders(app: RestApp): void {
  for (const [name, header] of Object.entries(described)) app.openAPIRegistry.registerComponent("headers", name, header);
}

/** What an answer of that status says, as a route declares it. */
export function headersOf(status: number) {
  const more: Name[] = status === 401 ? ["WWW-Authenticate"] : status === 429 ? ["Retry-After"] : [];
  const names: Name[] = ["X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", ...more];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
