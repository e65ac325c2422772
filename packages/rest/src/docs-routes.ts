import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openApiDocument } from "./openapi-document.ts";
import type { RestApp } from "./rest-env.ts";
import { REST_PATH } from "./rest-path.ts";

/** The description of all this: for programs, and for people to browse. Everything it shows comes from here; nothing is asked of anyone else. */
export function docsRoutes(app: RestApp, version: string): void {
  const document = JSON.stringify(openApiDocument(app, version));
  app.get("/openapi.json", (c) => c.body(document, 200, { "Content-Type": "application/json", "Cache-Control": "no-cache" }));
  app.get("/docs", (c) => c.html(PAGE, 200, { "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" }));
  app.get("/docs/start.js", (c) => c.body(START, 200, { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache" }));
  for (const [name, type] of Object.entries(files)) {
    app.get(`/docs/${name}`, async (c) => c.body(await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`))), 200, { "Content-Type": type, "Cache-Control": KEPT }));
  }
}

const files = { "swagger-ui.css": "text/css; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8" };
/** They change with the version alone. */
const KEPT = "public, max-age=86400";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tertulia: REST API v1</title>
<link rel="stylesheet" href="${REST_PATH}/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="${REST_PATH}/docs/swagger-ui-bundle.js"></script>
<script src="${REST_PATH}/docs/start.js"></script>
</body>
</html>
`;

/** A validator's badge would tell a stranger where this server is. */
const START = `SwaggerUIBundle(${JSON.stringify({ url: `${REST_PATH}/openapi.json`, dom_id: "#api", deepLinking: true, validatorUrl: null, tryItOutEnabled: true })});\n`;

/** The page sets styles on its elements; all that it loads and asks is ours. */
const POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join("; ");
