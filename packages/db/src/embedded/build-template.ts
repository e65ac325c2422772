import { keepTemplate } from "./template.ts";

// A first start loads this in half a second instead of making a database in several.
await keepTemplate();
