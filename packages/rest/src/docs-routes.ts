import type { RestApp } from "./rest-env.ts";
import { openApiDocument } from "./openapi-document.ts";

export function docsRoutes(app: RestApp, version: string): void {
  app.get("/openapi.json", (c) => c.json(openApiDocument(app, version), 200, { "Cache-Control": "no-cache" }));
}
