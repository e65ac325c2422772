/** Whether this is the long run (`npm run soak`), with the numbers of the table of faults; `npm test` takes a few of each. */
export const isSoak = process.env["SOAK"] === "1";

const pick = <Size extends object>(short: Size, full: Size): Size => (isSoak ? full : short);

/** How much of each fault is tried: the row of the table (docs/faults.md), what `npm test` takes, what the table asks for. */
export const howMuch = {
  /** [A1] */
  killedServer: pick({ clients: 8, sends: 25, cycles: 2 }, { clients: 50, sends: 200, cycles: 20 }),
  /** [A2] */
  killedWriter: pick({ cycles: 2 }, { cycles: 25 }),
  /** [A6] */
  embeddedUnderWrites: pick({ inserts: 500 }, { inserts: 30_000 }),
  /** [A7] */
  postgresRestarts: pick({ restarts: 2, postsPerSecond: 50 }, { restarts: 5, postsPerSecond: 100 }),
  /** [A8] */
  postgresStalls: pick({ stalledMs: 6_500 }, { stalledMs: 30_000 }),
  /** [A9] */
  slowCommit: pick({ commitMs: 1_200, clientWaitsMs: 300, tries: 4 }, { commitMs: 10_000, clientWaitsMs: 3_000, tries: 4 }),
  /** [A10] */
  sameClientId: pick({ rounds: 50, atOnce: 10 }, { rounds: 1_000, atOnce: 10 }),
  /** [A11] */
  commitOrder: pick({ writers: 32, messages: 1_000, commitDelayMs: 50 }, { writers: 32, messages: 50_000, commitDelayMs: 50 }),
  /** [A12] */
  stateAndEvents: pick({ stories: 10 }, { stories: 300 }),
  /** [A12] at each of its points */
  heldFetch: pick({ messages: 50 }, { messages: 1_000 }),
  /** [A13] */
  closedSockets: pick({ everyMs: 400, cuts: 8, postsPerSecond: 50 }, { everyMs: 2_000, cuts: 30, postsPerSecond: 50 }),
  /** [A15] */
  behindRetention: pick({ kept: 50, behind: 250 }, { kept: 1_000, behind: 5_000 }),
  /** [A16] */
  restarts: pick({ cycles: 2 }, { cycles: 10 }),
  /** [A17] */
  redisFaults: pick({ awayMs: 2_500, postsPerSecond: 50 }, { awayMs: 60_000, postsPerSecond: 100 }),
  /** [A18] */
  slowReaders: pick({ megabytes: 20 }, { megabytes: 200 }),
  /** [A19] [A20] [A21] */
  manySockets: pick({ sockets: 500 }, { sockets: 10_000 }),
  /** [A22] */
  reconnectStorm: pick({ clients: 300 }, { clients: 5_000 }),
  /** [A23] */
  steadyLoad: pick({ seconds: 3, postsPerSecond: 100, rooms: 10, members: 20 }, { seconds: 600, postsPerSecond: 300, rooms: 50, members: 20 }),
  /** [A24] */
  pipelined: pick({ senders: 20, sends: 20, receivers: 5 }, { senders: 20, sends: 100, receivers: 5 }),
  /** [A25] */
  unreadOps: pick({ runs: 12, opsPerRun: 60 }, { runs: 100, opsPerRun: 100 }),
  /** [A26] */
  killedWithPeople: pick({ people: 30 }, { people: 500 }),
  /** [A34] */
  stopsElsewhere: pick({ stops: 3 }, { stops: 50 }),
  /** [A35] */
  doubleTriggers: pick({ rounds: 20 }, { rounds: 500 }),
  /** [A37] */
  rollingRestarts: pick({ restarts: 2, postsPerSecond: 50 }, { restarts: 10, postsPerSecond: 100 }),
  /** [A39] */
  startTogether: pick({ rounds: 2, nodes: 4 }, { rounds: 50, nodes: 4 }),
  /** [A40] */
  clockSkew: pick({ postsPerStep: 20 }, { postsPerStep: 200 }),
  /** [A41] */
  fewDescriptors: pick({ limit: 256, connects: 500 }, { limit: 256, connects: 500 }),
  /** [B17] [B63] */
  strangeCalls: pick({ rounds: 1, calls: 10_000 }, { rounds: 20, calls: 10_000 }),
  /** [A42] */
  soak: pick({ minutes: 0.05, clients: 20, everyMs: 500 }, { minutes: 60, clients: 500, everyMs: 10_000 }),
} as const;
