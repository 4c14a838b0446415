// The tasks that an executor thread was given, as the main thread knows them: which of them have
// begun, which wait for results of others, and which the main thread takes back.
import { defined } from "../../base/assert.js";
import { Fifo } from "../../base/fifo.js";
import { after, BEGUN, comesBefore, ENDED, PROGRESS_SLOTS } from "./thread-messages.js";

interface Given<T> {
  readonly task: T;
  /** Its position among the tasks that the thread was given. */
  readonly position: number;
  readonly expectedMs: number;
}

/** A suspended task, or one that continues after a wait. */
interface Suspended<T> extends Given<T> {
  isWaiting: boolean;
  /** Since when it is in this state. */
  sinceMs: number;
}

/** A task on a thread, as the watchdog sees it. */
export interface Watched<T> {
  readonly task: T;
  /** For how long it has been running, or waiting. */
  readonly forMs: number;
  readonly isWaiting: boolean;
}

/** The tasks of a dead thread. */
export interface Remains<T> {
  /** The task that ran when the thread ended. */
  readonly culprit: T | undefined;
  /** Those of the tasks that waited for results of others. */
  readonly suspended: readonly T[];
  /** Tasks that it was given and that are to run elsewhere. */
  readonly unfinished: readonly T[];
}

/** Tasks of one thread that have not ended. */
export class GivenTasks<T> {
  /** Shared with the thread, see {@link BEGUN}. */
  readonly progress = new Int32Array(new SharedArrayBuffer(4 * PROGRESS_SLOTS));
  /** Their expected time, by the durations of their layers; those that wait left out. */
  expectedMs = 0;
  /** The position of the next task. */
  next = 0;
  /** In order, those that neither ended nor waited. */
  readonly #line = new Fifo<Given<T>>();
  /** By position. */
  readonly #suspended = new Map<number, Suspended<T>>();
  /** How many of these are running again. */
  #resumedCount = 0;
  /** When the task at which position was first seen running. */
  #seen = { position: -1, sinceMs: 0 };

  /** How many have not ended and do not wait for results of others. */
  get count(): number {
    return this.#line.length + this.#resumedCount;
  }

  get isEmpty(): boolean {
    return this.#line.length === 0 && this.#suspended.size === 0;
  }

  /** All of them. */
  all(): T[] {
    return [...this.#line, ...this.#suspended.values()].map(({ task }) => task);
  }

  /** The task at a position. */
  at(position: number): T | undefined {
    const suspended = this.#suspended.get(position);
    if (suspended !== undefined) return suspended.task;
    for (const given of this.#line) if (given.position === position) return given.task;
    return undefined;
  }

  push(task: T, expectedMs: number): void {
    this.#line.push({ task, position: this.next, expectedMs });
    this.next = after(this.next);
    this.expectedMs += expectedMs;
  }

  /** The first of the line has ended. */
  shift(): T {
    const { task, expectedMs } = defined(this.#line.shift(), "a task that ended");
    this.expectedMs -= expectedMs;
    return task;
  }

  /** Those that have not begun. */
  unbegun(): T[] {
    const begun = Atomics.load(this.progress, BEGUN);
    const unbegun = [...this.#line].filter(({ position }) => !comesBefore(position, begun));
    return unbegun.map(({ task }) => task);
  }

  /** Takes these back, in order; the thread was sent all of them. */
  takeBack(): T[] {
    let begun = Atomics.load(this.progress, BEGUN);
    for (let expected = Number.NaN; begun !== expected; ) {
      expected = begun;
      begun = Atomics.compareExchange(this.progress, BEGUN, expected, this.next);
    }
    const taken = this.#line.withdraw(({ position }) => !comesBefore(position, begun));
    for (const { expectedMs } of taken) this.expectedMs -= expectedMs;
    return taken.map(({ task }) => task);
  }

  /** The task waits: for the first time, or again. */
  suspend(position: number): T {
    let suspended = this.#suspended.get(position);
    if (suspended === undefined) {
      const given = defined(this.#line.shift(), "a task that waits");
      suspended = { ...given, isWaiting: false, sinceMs: 0 };
      this.#suspended.set(position, suspended);
      this.#resumedCount++;
    }
    this.#change(suspended, true);
    return suspended.task;
  }

  /** It continues. */
  resume(position: number): T {
    const suspended = defined(this.#suspended.get(position), "a task that goes on");
    this.#change(suspended, false);
    return suspended.task;
  }

  #change(suspended: Suspended<T>, isWaiting: boolean): void {
    suspended.isWaiting = isWaiting;
    this.#resumedCount += isWaiting ? -1 : 1;
    suspended.sinceMs = performance.now();
    this.expectedMs += isWaiting ? -suspended.expectedMs : suspended.expectedMs;
  }

  /** A task that waited once has ended. */
  endLate(position: number): T {
    const suspended = defined(this.#suspended.get(position), "a task that waited");
    const { task, isWaiting, expectedMs } = suspended;
    this.#suspended.delete(position);
    if (!isWaiting) {
      this.expectedMs -= expectedMs;
      this.#resumedCount--;
    }
    return task;
  }

  /** The positions of a suspended task. */
  suspendedAt(task: T): number[] {
    const found = [...this.#suspended].filter(([, suspended]) => suspended.task === task);
    return found.map(([position]) => position);
  }

  /** Those that have begun and not ended, and for how long they were seen running or waiting. */
  underWay(nowMs: number): Watched<T>[] {
    const watched = [...this.#suspended.values()].map(({ task, isWaiting, sinceMs }) => {
      return { task, isWaiting, forMs: nowMs - sinceMs };
    });
    const given = this.#begunNow();
    if (given === undefined) return watched;
    const { task, position } = given;
    if (this.#seen.position !== position) this.#seen = { position, sinceMs: nowMs };
    return [...watched, { task, forMs: nowMs - this.#seen.sinceMs, isWaiting: false }];
  }

  /** The task that has begun, and neither ended nor waited. */
  #begunNow(): Given<T> | undefined {
    const begun = Atomics.load(this.progress, BEGUN);
    const ended = Atomics.load(this.progress, ENDED);
    for (const given of this.#line) {
      if (comesBefore(given.position, ended)) continue;
      return comesBefore(given.position, begun) ? given : undefined;
    }
    return undefined;
  }

  /**
   * Sorts the tasks of a thread that died: the culprit, suspended ones, unfinished ones.
   *
   * @param condemned the task because of which it was ended
   */
  remains(condemned: T | undefined): Remains<T> {
    // Ended but not reported: the report died with the thread, so that the task runs again.
    const first = this.#begunNow()?.task;
    const unfinished = this.#line.drain().map(({ task }) => task);
    const others = [...this.#suspended.values()];
    this.#suspended.clear();
    this.#resumedCount = 0;
    const resumed = others.filter(({ isWaiting }) => !isWaiting).map(({ task }) => task);
    const running = first ?? (condemned && resumed.includes(condemned) ? condemned : resumed[0]);
    // The task that it was ended for may have finished meanwhile; the next is not to blame.
    const isGuilty = condemned === undefined || condemned === running;
    const culprit = isGuilty ? running : undefined;
    const all = [...others.map(({ task }) => task), ...unfinished];
    return {
      culprit,
      suspended: others.filter(({ isWaiting }) => isWaiting).map(({ task }) => task),
      unfinished: all.filter((task) => task !== culprit),
    };
  }
}
