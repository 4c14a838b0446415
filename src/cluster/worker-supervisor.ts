// Keeps one worker of a local cluster running. When its process ends unexpectedly, the scheduler is
// notified at once and another worker takes its place. The new one has its own name, so no story
// mixes the two, and jobs that name the first may use it. A worker that keeps dying is given up; a
// retired one is not replaced.
import type { Child, ChildExit } from "./child-process.js";
import { exitReason } from "./child-process.js";

/** Callbacks of a supervisor: starting processes, and reports about them. */
export interface Supervision {
  /**
   * Starts a worker process of that name; `inPlaceOf` names the first one in this place, if that is
   * another.
   */
  spawn(name: string, inPlaceOf?: string): Child;
  /** Reports to the scheduler that the worker is gone. */
  reportExit(name: string, exit: ChildExit): void;
  /** Nothing takes the worker's place: it ended as it should, or it kept dying. */
  left(supervisor: WorkerSupervisor, isAsItShould: boolean): void;
  /** Prints a warning. */
  warn(text: string): void;
}

/**
 * The exit code of a worker whose scheduler is gone, never answered or refused it, or that cannot
 * start with its options: another would fare no better.
 */
export const EXIT_IN_VAIN = 3;

/** The number of restarts within {@link RESTART_WINDOW_MS} after which a worker is given up. */
const RESTARTS_MAX = 5;
const RESTART_WINDOW_MS = 60_000;
const RESTART_PAUSE_MS = 100;

/** Watches the process in one worker's place. */
export class WorkerSupervisor {
  readonly #name: string;
  readonly #supervision: Supervision;
  #child: Child;
  #restarts = 0;
  #recentRestartsMs: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;

  /** Starts the worker; a restarted one is called `name-2`, `name-3`, … */
  constructor(name: string, supervision: Supervision) {
    this.#name = name;
    this.#supervision = supervision;
    this.#child = this.#spawn(name);
  }

  /** The process that is in the place now. */
  get child(): Child {
    return this.#child;
  }

  /** Stops watching, and waits for the end of the process. */
  async end(graceMs: number): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#timer);
    await this.#child.end(graceMs);
  }

  #spawn(name: string): Child {
    const child =
      name === this.#name
        ? this.#supervision.spawn(name)
        : this.#supervision.spawn(name, this.#name);
    void child.exited.then((exit) => {
      if (this.#isEnding) return;
      if (exit.code === 0) this.#supervision.left(this, true);
      else if (exit.code === EXIT_IN_VAIN) this.#supervision.left(this, false);
      else this.#replace(name, exit);
    });
    return child;
  }

  #replace(name: string, exit: ChildExit): void {
    const { reportExit, warn } = this.#supervision;
    const reason = exitReason(exit);
    reportExit(name, exit);
    const nowMs = performance.now();
    this.#recentRestartsMs = this.#recentRestartsMs.filter(
      (atMs) => nowMs - atMs < RESTART_WINDOW_MS,
    );
    if (this.#recentRestartsMs.length >= RESTARTS_MAX) {
      warn(
        `${name} ended unexpectedly (${reason}) and is not started again: it ended ${RESTARTS_MAX + 1} times within a minute`,
      );
      this.#supervision.left(this, false);
      return;
    }
    const pauseMs = RESTART_PAUSE_MS * 2 ** this.#recentRestartsMs.length;
    this.#recentRestartsMs.push(nowMs);
    this.#restarts++;
    const successor = `${this.#name}-${this.#restarts + 1}`;
    warn(`${name} ended unexpectedly (${reason}); starting ${successor} in its place`);
    this.#timer = setTimeout(() => {
      this.#child = this.#spawn(successor);
    }, pauseMs);
  }
}
