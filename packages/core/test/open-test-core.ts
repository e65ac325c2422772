import { openAnswerSources } from "@tertulia/assistants/open-answer-sources";
import type { Database } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import type { Bus } from "@tertulia/model/ports/bus";
import { forEveryRole } from "@tertulia/testing/for-every-role";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import type { Core, CoreSettings } from "../src/core.ts";
import { openCore } from "../src/open-core.ts";

export interface TestCore {
  core: Core;
  clock: MovableClock;
}

export type TestSettings = Partial<Omit<CoreSettings, "postsPerMinute">> & { postsPerMinute?: number };

interface Shared {
  clock?: MovableClock;
  bus?: Bus;
}

/** A core on a test's database, with a clock that the test moves. Another node of the same server shares its clock and bus. */
export async function openTestCore({ db }: Database, { postsPerMinute = 100_000, ...settings }: TestSettings = {}, { clock = new MovableClock(), bus }: Shared = {}): Promise<TestCore> {
  const core = await openCore({
    db,
    assertWritable: () => {},
    bus: bus ?? new MemoryBus({ clock, log: silentLog }),
    clock,
    log: silentLog,
    answers: openAnswerSources({ apiKey: null, baseUrl: null, model: null }),
    settings: { postsPerMinute: forEveryRole(postsPerMinute), requestsPerMinute: 600, changesPerMinute: 100_000, roomsPerHour: 100_000, registrationOpen: true, setupCode: null, nodeId: newId(), alone: false, ...settings },
  });
  return { core, clock };
}
