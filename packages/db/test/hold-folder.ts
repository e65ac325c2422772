import { argv, stdin } from "node:process";
import { DataFolderLocked } from "../src/errors.ts";
import { openDatabase } from "../src/open.ts";
import { silentLog } from "../src/testing/open-test-database.ts";

// Opens the folder it is given and holds it until its input ends. Says "open", or "locked by <pid>" and ends with 1.
try {
  await using _database = await openDatabase({ dataDir: argv[2] ?? "" }, { log: silentLog });
  console.log("open");
  for await (const _ of stdin);
} catch (error) {
  if (!(error instanceof DataFolderLocked)) throw error;
  console.log(`locked by ${error.pid}`);
  process.exitCode = 1;
}
