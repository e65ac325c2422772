import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LongFile } from "./long-file.ts";
import { openApiDocument } from "./openapi-document.ts";
import type { RestApp } from "./rest-env.ts";
import { REST_PATH } from "./rest-path.ts";

/** The description of all this: for programs, and for people to browse. Everything it shows comes from here; nothing is asked of anyone else. */
export function docsRoutes(app: RestApp, version: string): void {
  // Made when it is first asked for, which is when every route stands.
  let described: string | null = null;
  const describe = async () => (described ??= JSON.stringify(openApiDocument(app, version)));
  const document = new LongFile(describe, { "Content-Type": "application/json", "Cache-Control": "no-cache" });
  const page = pageOf(version);

  app.get("/openapi.json", (c) => document.answer(c));
  app.get("/docs", (c) => c.html(page, 200, { "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" }));
  app.get("/docs/start.js", (c) => c.body(START, 200, { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache" }));
  for (const [name, type] of Object.entries(files)) {
    const file = new LongFile(() => readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)), "utf8"), { "Content-Type": type, "Cache-Control": KEPT });
    app.get(`/docs/${name}`, (c) => file.answer(c));
  }
}

const files = { "swagger-ui.css": "text/css; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8" };
/** They change with Tertulia's version alone, which stands in their address. */
const KEPT = "public, max-age=86400";

const pageOf = (version: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Tertulia: REST API v1</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${REST_PATH}/docs/swagger-ui.css?v=${version}">
</head>
<body>
<div id="api"></div>
<script src="${REST_PATH}/docs/swagger-ui-bundle.js?v=${version}"></script>
<script src="${REST_PATH}/docs/start.js"></script>
</body>
</html>
`;

/** Dark where the reader's system is. A validator's badge would tell a stranger where this server is. */
const START = `const dark = matchMedia("(prefers-color-scheme: dark)");
const wearIt = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", wearIt);
wearIt();
SwaggerUIBundle(${JSON.stringify({ url: `${REST_PATH}/openapi.json`, dom_id: "#api", deepLinking: true, validatorUrl: null, tryItOutEnabled: true })});
`;

/** The page sets styles on its elements; all that it loads and asks is ours. */
const POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join("; ");
