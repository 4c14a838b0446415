// The processors of a simulated cluster: computing tasks share them evenly, as under a fair
// operating system. And the main thread of a process, which does one thing after another on them.
import { PriorityQueue } from "../worker/state/priority-queue.js";
import type { World } from "./world.js";

/**
 * Work under way; `priority` is how much each must have been served in all when this one is done.
 */
interface Work {
  readonly priority: number;
  readonly sequence: number;
  readonly done: () => void;
}

/** Some processors for all threads of all processes. */
export class Processors {
  readonly #world: World;
  readonly #count: number;
  readonly #work = new PriorityQueue<Work>();
  #active = 0;
  #sequence = 0;
  /**
   * Processor time served so far to each job present since the start, and the time of that figure.
   */
  #servedMs = 0;
  #atMs = 0;
  /** Counts changes: an end that was foreseen before the last one is not when it was foreseen. */
  #version = 0;

  /** @param count how many; with `Infinity`, nothing waits */
  constructor(world: World, count: number) {
    this.#world = world;
    this.#count = count;
  }

  /** Calls `done` after that many milliseconds of processor time. */
  run(ms: number, done: () => void): void {
    if (this.#count === Number.POSITIVE_INFINITY) {
      this.#world.after(ms, done);
      return;
    }
    this.#serve();
    this.#active++;
    this.#work.push({ priority: this.#servedMs + ms, sequence: this.#sequence++, done });
    this.#foresee();
  }

  /** The share of a processor that each job gets. */
  get #rate(): number {
    return Math.min(1, this.#count / Math.max(1, this.#active));
  }

  #serve(): void {
    this.#servedMs += (this.#world.nowMs - this.#atMs) * this.#rate;
    this.#atMs = this.#world.nowMs;
  }

  #foresee(): void {
    const next = this.#work.peek();
    const version = ++this.#version;
    if (next === undefined) return;
    const leftMs = Math.max(0, next.priority - this.#servedMs) / this.#rate;
    this.#world.after(leftMs, () => {
      if (version === this.#version) this.#end();
    });
  }

  #end(): void {
    const { done, priority } = this.#work.pop() as Work;
    this.#serve();
    // Rounding may have left a last bit of it.
    this.#servedMs = Math.max(this.#servedMs, priority);
    this.#active--;
    this.#foresee();
    done();
  }
}

/** The processors for turns, and their counter. */
interface TurnEnvironment {
  readonly processors: Processors;
  readonly costs: { readonly turnMs: number };
  turns: number;
}

/** A thread that takes one turn after another. */
export class MainThread {
  readonly #environment: TurnEnvironment;
  readonly #waiting: { readonly turn: () => void; readonly ms: number }[] = [];
  #isBusy = false;

  constructor(environment: TurnEnvironment) {
    this.#environment = environment;
  }

  /**
   * Has `turn` happen when those before it are over, and at once where it costs nothing.
   *
   * @param moreMs its time besides the overhead of every turn
   */
  take(turn: () => void, moreMs = 0): void {
    this.#environment.turns++;
    const ms = this.#environment.costs.turnMs + moreMs;
    if (ms === 0) {
      turn();
      return;
    }
    this.#waiting.push({ turn, ms });
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    const next = this.#waiting.shift();
    this.#isBusy = next !== undefined;
    if (next === undefined) return;
    this.#environment.processors.run(next.ms, () => {
      next.turn();
      this.#next();
    });
  }
}
