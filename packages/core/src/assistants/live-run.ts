import type { RunDelta, RunFailure } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import type { CoreParts } from "../core.ts";
import type { RunEnd } from "./end-run.ts";
import { gatherContext } from "./gather-context.ts";
import { PacedDeltas } from "./paced-deltas.ts";
import { LEASE, type StartedRun } from "./start-next-run.ts";

const BEAT_MS = 1_000;
/** An answer longer than this is a model that has lost its way. In UTF-16 code units. */
const LONGEST_ANSWER = 100_000;

/** An answer that this node is writing now: its words grow here, go to everyone as deltas, and are saved once a second. */
export class LiveRun {
  readonly run: StartedRun;
  readonly #core: CoreParts;
  readonly #deltas: PacedDeltas;
  readonly #hangUp = new AbortController();
  #endedBy: RunEnd | null = null;
  #saved = 0;
  #beating: Promise<void> = Promise.resolve();
  #cancelBeat = () => {};

  constructor(core: CoreParts, run: StartedRun) {
    this.#core = core;
    this.run = run;
    this.#deltas = new PacedDeltas(core.clock, (offset, text) => {
      core.bus.publish("room", run.roomId, { kind: "delta", delta: { runId: run.id, messageId: run.messageId, offset, text } });
    });
  }

  get text(): string {
    return this.#deltas.text;
  }

  /** All that everyone has been told so far, as one delta. */
  get soFar(): RunDelta {
    return { runId: this.run.id, messageId: this.run.messageId, offset: 0, text: this.#deltas.toldText };
  }

  /** Asks the model and passes its words on. Answers how it ended. */
  async answer(): Promise<RunEnd> {
    const unlisten = await this.#core.bus.listen("run", this.run.id, ({ by }) => this.stop(by));
    this.#beat();
    try {
      return await this.#read();
    } catch (error) {
      return this.#failed("AI_FAILED", true, error);
    } finally {
      unlisten();
      this.#hangUp.abort();
      this.#cancelBeat();
      await this.#beating;
      this.#deltas.finish();
    }
  }

  stop(by: Id): void {
    this.#end({ status: "stopped", by });
  }

  /** The server is about to go, or nobody waits for the words any more. */
  interrupt(): void {
    this.#end({ status: "interrupted", code: null, retryable: true });
  }

  async #read(): Promise<RunEnd> {
    const { signal } = this.#hangUp;
    const request = await gatherContext(this.#core.db, this.run);
    for await (const part of this.#core.answers.stream(request, signal)) {
      if (signal.aborted) break;
      if (part.type === "end") return { status: "completed", usage: part.usage };
      if (part.type === "failed") return this.#failed(part.code, part.retryable, part.cause);
      this.#deltas.add(part.text);
      if (this.text.length > LONGEST_ANSWER) this.#end({ status: "interrupted", code: "AI_FAILED", retryable: true });
    }
    return this.#endedBy ?? this.#failed("AI_FAILED", true, "The source fell silent");
  }

  #failed(code: RunFailure, retryable: boolean, cause: unknown): RunEnd {
    this.#core.log.warn({ runId: this.run.id, roomId: this.run.roomId, model: this.run.model, code, cause: String(cause) }, "An answer failed.");
    return { status: this.text === "" ? "failed" : "interrupted", code, retryable };
  }

  #end(how: RunEnd): void {
    this.#endedBy ??= how;
    this.#hangUp.abort();
  }

  #beat(): void {
    this.#beating = this.#saveAndRenew().catch((err: unknown) => {
      this.#core.log.error({ runId: this.run.id, err }, "An answer's words could not be saved.");
    });
    void this.#beating.then(() => {
      if (!this.#hangUp.signal.aborted) this.#cancelBeat = this.#core.clock.after(BEAT_MS, () => this.#beat());
    });
  }

  /** Saves the words and renews the lease, unless the run was taken from us, or its message or room deleted. Hears of a stop that the bus has lost. */
  async #saveAndRenew(): Promise<void> {
    const { text } = this;
    const row = await this.#core.db
      .updateTable("assistant_runs as run")
      .set({ lease_until: LEASE, ...(text.length > this.#saved ? { text } : {}) })
      .where("run.id", "=", this.run.id)
      .where("run.status", "=", "running")
      .where("run.lease_holder", "=", this.#core.settings.nodeId)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom("messages")
            .innerJoin("rooms", "rooms.id", "messages.room_id")
            .select("messages.id")
            .whereRef("messages.id", "=", "run.message_id")
            .where("messages.deleted_at", "is", null)
            .where("rooms.deleted_at", "is", null),
        ),
      )
      .returning("run.stopped_by")
      .executeTakeFirst();
    this.#saved = text.length;
    if (!row) this.interrupt();
    else if (row.stopped_by !== null) this.stop(row.stopped_by);
  }
}
