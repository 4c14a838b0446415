// Virtual time: scheduled callbacks in order of time. Callbacks at the same moment run in the order
// in which they were scheduled, so a seed replays a run exactly.
import { PriorityQueue } from "../worker/state/priority-queue.js";

/** Something that will happen; `priority` is its time. */
interface Occurrence {
  readonly priority: number;
  readonly sequence: number;
  readonly happen: () => void;
}

/** A clock that jumps from one occurrence to the next. */
export class World {
  readonly #coming = new PriorityQueue<Occurrence>();
  #announced = 0;
  #nowMs = 0;

  /** Virtual milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Announces something for a moment that is not past. */
  at(timeMs: number, happen: () => void): void {
    const priority = Math.max(timeMs, this.#nowMs);
    this.#coming.push({ priority, sequence: this.#announced++, happen });
  }

  /** Schedules something for that many milliseconds from now. */
  after(delayMs: number, happen: () => void): void {
    this.at(this.#nowMs + delayMs, happen);
  }

  /** Repeats something until it returns false. */
  every(intervalMs: number, happen: () => boolean): void {
    this.after(intervalMs, () => {
      if (happen()) this.every(intervalMs, happen);
    });
  }

  /** Lets time pass until `isDone`; false when `untilMs` or the end of all things came first. */
  run(isDone: () => boolean, untilMs: number): boolean {
    while (!isDone()) {
      const next = this.#coming.peek();
      if (next === undefined || next.priority > untilMs) return false;
      this.#coming.pop();
      this.#nowMs = next.priority;
      next.happen();
    }
    return true;
  }
}
