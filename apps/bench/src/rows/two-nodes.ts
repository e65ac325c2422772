import type { Row } from "../row.ts";
import { notShown } from "../table.ts";

/** Two servers, Redis, Postgres and the generator each need a core of their own. */
export const twoNodes: Row = {
  name: "two-nodes",
  async run() {
    return [notShown("two nodes over Redis", "needs at least 6 cores", "≥ 1.7× one node")];
  },
};
