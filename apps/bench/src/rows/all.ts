import type { Row } from "../row.ts";
import { ack } from "./ack.ts";
import { assistant } from "./assistant.ts";
import { cpu } from "./cpu.ts";
import { fanOut } from "./fan-out.ts";
import { firstLoad } from "./first-load.ts";
import { history } from "./history.ts";
import { memory } from "./memory.ts";
import { pages } from "./pages.ts";
import { posting } from "./posting.ts";
import { reconnect } from "./reconnect.ts";
import { twoNodes } from "./two-nodes.ts";

/** In the order of the table. */
export const rows: readonly Row[] = [fanOut, cpu, ack, posting, memory, reconnect, twoNodes, history, assistant, pages, firstLoad];
