import { once } from "node:events";
import { argv, stdin, stdout } from "node:process";
import { DataFolderLocked } from "../src/errors.ts";
import { openDatabase } from "../src/open.ts";
import { silentLog } from "../src/testing/open-test-database.ts";

// Opens the folder it is given and holds it until its input ends. Says "open", or "locked by <pid>" and ends with 1.
try {
  const database = await openDatabase({ dataDir: argv[2] ?? "" }, { log: silentLog });
  stdout.write("open\n");
  await once(stdin.resume(), "end");
  await database.close();
} catch (error) {
  if (!(error instanceof DataFolderLocked)) throw error;
  stdout.write(`locked by ${error.pid}\n`);
  process.exitCode = 1;
}
