import type { RestApp } from "./rest-env.ts";
import { REST_PATH } from "./rest-path.ts";

/** The description of every route, made of the very definitions that validate what they are asked. */
export function openApiDocument(app: RestApp, version: string) {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Tertulia", version, description: DESCRIPTION },
    servers: [{ url: REST_PATH }],
  });
}

const DESCRIPTION = "";
