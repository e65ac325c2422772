import { databaseTemplate } from "./template.ts";

await databaseTemplate();
