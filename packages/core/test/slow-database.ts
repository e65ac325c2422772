import type { Database } from "@tertulia/db/open";
import type { KyselyPlugin } from "kysely";

/** An answer that is held back. */
export interface HeldAnswer {
  /** Resolves when the database has given it. */
  read: Promise<void>;
  /** Whoever asked learns of it now. */
  tell(): void;
}

/** A database whose answers a test holds back, so that they are old when they are told, or loses. No connection is held meanwhile. */
export class SlowDatabase {
  readonly database: Database;
  #answersUntilHeld = 0;
  #answersUntilLost = 0;
  #read: () => void = () => {};
  #told: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (--this.#answersUntilLost === 0) throw new Error("The database could not be reached");
        if (--this.#answersUntilHeld === 0) {
          this.#read();
          await this.#told;
        }
        return result;
      },
    };
    this.database = { ...database, db: database.db.withPlugin(plugin) };
  }

  /** Holds back the nth answer from now. */
  hold(nth: number): HeldAnswer {
    const [read, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#answersUntilHeld = nth;
    this.#read = read.resolve;
    this.#told = told.promise;
    return { read: read.promise, tell: told.resolve };
  }

  /** The nth answer from now is lost on its way. */
  lose(nth: number): void {
    this.#answersUntilLost = nth;
  }

  /** Whether none was lost since. */
  get isWhole(): boolean {
    return this.#answersUntilLost > 0;
  }
}
