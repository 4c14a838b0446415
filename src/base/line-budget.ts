// How many lines of one kind a log gets in a second: what can happen ten thousand times a second
// must not fill it.

/** So many lines a second are written. */
const LINES_PER_SEC = 10;

/** Counts lines, and leaves out those beyond ten a second. */
export class LineBudget {
  #secondMs = Number.NEGATIVE_INFINITY;
  #written = 0;
  #leftOut = 0;

  /**
   * Asks to write a line.
   *
   * @returns how many lines were left out before it; undefined where this one is left out, too
   */
  spend(nowMs: number): number | undefined {
    if (nowMs - this.#secondMs >= 1000) {
      this.#secondMs = nowMs;
      this.#written = 0;
    }
    if (this.#written >= LINES_PER_SEC) {
      this.#leftOut++;
      return undefined;
    }
    this.#written++;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
