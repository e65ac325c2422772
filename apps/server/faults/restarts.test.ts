import { atPace } from "@tertulia/testing/drivers/at-pace";
import { Screen } from "@tertulia/testing/drivers/screen";
import { howMuch } from "@tertulia/testing/how-much";
import { layLine } from "@tertulia/testing/line";
import { measured } from "@tertulia/testing/measured";
import { Oracle } from "@tertulia/testing/oracle/oracle";
import { flawless } from "@tertulia/testing/oracle/verdict";
import { until } from "@tertulia/testing/until";
import { describe, expect, test } from "vitest";
import { canStartPostgres } from "../../../scripts/temporary-postgres.mjs";
import { Stage } from "./stage.ts";

/** A connection may say ten things a second: enough of them for the pace of the long run. */
const PEOPLE = 12;

describe.skipIf(!canStartPostgres())("a server", () => {
  test("[A1] [A16] that is killed and comes back goes on where everyone was: no cursor is worth less for it", async () => {
    const { cycles } = howMuch.restarts;
    await using stage = await Stage.open({ people: PEOPLE });
    const first = stage.server();
    const oracle = new Oracle();
    await using screens = new AsyncDisposableStack();
    // A line for each, to count what each of them tries.
    const lines = await Promise.all(stage.people.map(async () => screens.use(await layLine(await first.url()))));
    const everyone = stage.people.map((guest, at) => screens.use(new Screen({ url: lines[at]?.url ?? "", guest, roomId: stage.room, oracle })));
    await Promise.all(everyone.map((screen) => screen.ready()));
    let said = 0;
    const everyoneSays = () => everyone.forEach((screen) => screen.says(`said ${said++}`));
    let serving = first;
    const attempts: number[][] = [];
    for (let cycle = 0; cycle < cycles; cycle++) {
      everyoneSays();
      await oracle.untilAcknowledged(oracle.sent);
      everyoneSays();
      for (const line of lines) line.refuse();
      await serving.end("SIGKILL");
      await Promise.all(everyone.map((screen) => until(screen.client.connection, ({ status }) => status === "reconnecting")));
      everyoneSays();
      serving = stage.server();
      const url = await serving.url();
      const before = lines.map(({ made }) => made);
      for (const line of lines) line.leadTo(url);
      await Promise.all(everyone.map((screen) => screen.ready()));
      attempts.push(lines.map(({ made }, at) => made - (before[at] ?? 0)));
      await oracle.untilAcknowledged(oracle.sent);
    }
    const stored = await stage.stored();
    await Promise.all(everyone.map((screen) => screen.untilHead(stored.at(-1)?.seq ?? 0)));
    expect(oracle.verdict(stored, await Promise.all(everyone.map((screen) => screen.view())))).toEqual(flawless);
    expect(everyone.flatMap(({ refused }) => refused)).toEqual([]);
    // One that was refused may still be asking why when the server is up; then it connects.
    const most = Math.max(...attempts.flat());
    expect(most).toBeLessThanOrEqual(2);
    measured("A16", `${cycles} restarts, ${oracle.sent} posts: lost 0, doubled 0; of ${PEOPLE} clients none made more than ${most} connections to be back (goal 2)`);
  });

  test("[A37] that is asked to end while people talk is followed by the next, and nobody notices: no action fails", async () => {
    const { restarts, postsPerSecond } = howMuch.rollingRestarts;
    await using stage = await Stage.open({ people: PEOPLE });
    let nodes = [stage.server(), stage.server()];
    const urls = () => Promise.all(nodes.map((node) => node.url()));
    // Each of the two lines prefers another node, as a balancer would spread people; the other one takes over while it restarts.
    const [one = "", other = ""] = await urls();
    await using left = await layLine(one, other);
    await using right = await layLine(other, one);
    const oracle = new Oracle();
    await using screens = new AsyncDisposableStack();
    const everyone = stage.people.map((guest, at) => screens.use(new Screen({ url: at % 2 ? left.url : right.url, guest, roomId: stage.room, oracle })));
    await Promise.all(everyone.map((screen) => screen.ready()));
    const stop = atPace(postsPerSecond, (turn) => everyone[turn % PEOPLE]?.says(`said ${turn}`));
    const exits: (number | null)[] = [];
    for (let restart = 0; restart < restarts; restart++) {
      await oracle.untilAcknowledged(oracle.acknowledged + postsPerSecond);
      const [leaving, staying] = restart % 2 ? [nodes[1], nodes[0]] : nodes;
      const next = stage.server();
      if (!leaving || !staying) throw new Error("There are no two nodes.");
      const [stays, comes] = [await staying.url(), await next.url()];
      left.leadTo(comes, stays);
      right.leadTo(stays, comes);
      exits.push(await leaving.end("SIGTERM"));
      nodes = restart % 2 ? [staying, next] : [next, staying];
    }
    stop();
    await oracle.untilAcknowledged(oracle.sent);
    const stored = await stage.stored();
    await Promise.all(everyone.map((screen) => screen.untilHead(stored.at(-1)?.seq ?? 0)));
    expect(exits).toEqual(exits.map(() => 0));
    expect(oracle.verdict(stored, await Promise.all(everyone.map((screen) => screen.view())))).toEqual(flawless);
    expect(everyone.flatMap(({ refused }) => refused)).toEqual([]);
    measured("A37", `${restarts} rolling restarts of 2 nodes, ${oracle.sent} posts: exits 0, failed actions 0, lost 0, doubled 0`);
  });
});
