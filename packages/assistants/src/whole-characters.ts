// What Postgres can't keep and JSON can't carry as UTF-8; with the u flag, paired halves don't match.
const UNFIT = /\0|\p{Surrogate}/gu;
const ENDS_IN_HALF = /[\ud800-\udbff]$/;

/** Puts characters together again that a server has cut in halves between two chunks, and drops what no store can keep. */
export class WholeCharacters {
  #half = "";

  add(text: string): string {
    const joined = this.#half + text;
    const endsInHalf = ENDS_IN_HALF.test(joined);
    this.#half = endsInHalf ? joined.slice(-1) : "";
    return (endsInHalf ? joined.slice(0, -1) : joined).replace(UNFIT, "");
  }
}
