import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { query } from "../generator/http-door.ts";
import type { Row } from "../row.ts";
import { tertulia } from "../servers/contestants.ts";
import { milliseconds, notShown, within } from "../table.ts";
import { interleaved } from "./interleaved.ts";

const PLAN = { rooms: 40, membersPerRoom: 20, roomsPerMember: 20 };
const PAGES_A_SECOND = 20;
const BUILT = fileURLToPath(import.meta.resolve("@tertulia/web/package.json")).replace("package.json", ".next/BUILD_ID");

/** How late the server's event loop is while 20 people a second open the web app: its page, their inbox, a room. */
export const pages: Row = {
  name: "pages",
  async run(bench) {
    const measure = "the event loop's p99 delay while 20 pages a second load";
    if (!existsSync(BUILT)) return [notShown(measure, "the web app isn't built: npm run build", "≤ 20 ms")];
    const ours = await tertulia(bench, PLAN, { WEB: "on" });
    const medians = await interleaved(bench, [ours], async (contestant) => {
      await using server = await contestant.start();
      const load = async (seconds: number) => {
        const loading: Promise<void>[] = [];
        const startedAt = performance.now();
        for (let page = 0; page < seconds * PAGES_A_SECOND; page++) {
          await pause(Math.max(0, startedAt + (page * 1_000) / PAGES_A_SECOND - performance.now()));
          loading.push(openRoom(server.port, page));
        }
        await Promise.all(loading);
      };
      await load(bench.quick ? 2 : 4);
      const { cpuMs } = await server.look();
      const startedAt = performance.now();
      await load(bench.quick ? 3 : 10);
      const use = await server.look();
      return { delay: use.loopDelayP99Ms, "server's share of its core": (use.cpuMs - cpuMs) / (performance.now() - startedAt) };
    });
    return [within(measure, milliseconds, medians.of(ours, "delay"), 20)];

    async function openRoom(port: number, page: number): Promise<void> {
      const person = ours.audience.people[page % ours.audience.people.length];
      if (!person) return;
      const roomId = ours.audience.roomIds[person.rooms[0] ?? 0];
      const shell = fetch(`http://127.0.0.1:${port}/`).then(async (response) => {
        const html = await response.text();
        if (!response.ok || !html.includes("<script")) throw new Error(`The page answered ${response.status}`);
      });
      await Promise.all([shell, query(port, person, "inbox.get"), query(port, person, "rooms.open", { roomId })]);
    }
  },
};
