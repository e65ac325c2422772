import { openMessageTable } from "./message-table.ts";
import { runWsChat, tellAtOnce } from "./ws-chat.ts";

const table = await openMessageTable(process.env["DATABASE_URL"] ?? "");
runWsChat({ store: table.insert, tell: tellAtOnce });
