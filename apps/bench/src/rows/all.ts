import type { Row } from "../row.ts";
import { ack } from "./ack.ts";
import { fanOut } from "./fan-out.ts";
import { posting } from "./posting.ts";

/** In the order of the table. */
export const rows: readonly Row[] = [fanOut, ack, posting];
