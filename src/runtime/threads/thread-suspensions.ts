// Tasks of this executor thread that wait, or have waited, for results of others. The thread runs
// other tasks meanwhile, and each such task is reported by itself. A task that continues after its
// wait comes before tasks that have not begun.
import { TaskError } from "../../base/errors.js";
import { RunningTask, type RunningTaskListener } from "../tasks/running-task.js";
import { type Outcome, Report } from "./task-outcomes.js";
import type { FromThread, GiveUpTask } from "./thread-messages.js";

/** Keeps them. */
export class SuspendedTasks {
  readonly #send: (message: FromThread) => void;
  /** By position. */
  readonly #tasks = new Map<number, RunningTask>();
  readonly #listener: RunningTaskListener;
  /** How many of them are running now. */
  #activeCount = 0;
  #wake: (() => void) | undefined;

  constructor(send: (message: FromThread) => void) {
    this.#send = send;
    this.#listener = {
      suspended: ({ sequence }) => {
        send({ type: "suspended", sequence });
        this.#activeCount--;
        this.#noteQuiet();
      },
      resumed: ({ sequence }) => {
        this.#activeCount++;
        send({ type: "resumed", sequence });
      },
    };
  }

  /** The task at this position begins. */
  begin(position: number, nowMs: number): RunningTask {
    return new RunningTask(position, this.#listener, nowMs);
  }

  /**
   * Follows a task while it is the one that the thread runs: until it ends, or until it waits
   * (undefined).
   */
  async follow(task: RunningTask, outcome: Promise<Outcome>): Promise<Outcome | undefined> {
    for (;;) {
      const first = await Promise.race([outcome, task.whenWaiting()]);
      if (first !== undefined) return first;
      if (task.isWaiting) return undefined;
    }
  }

  /** The thread runs other tasks; this suspended one is reported when it ends. */
  detach(task: RunningTask, outcome: Promise<Outcome>): void {
    const { sequence } = task;
    this.#tasks.set(sequence, task);
    task.detach();
    this.#send({ type: "suspended", sequence });
    // It may have gone on since it was seen to wait.
    if (!task.isWaiting) this.#listener.resumed(task);
    void outcome.then((ended) => {
      const end = new Report(this.#send);
      end.add(task.end(performance.now()), ended);
      this.#tasks.delete(sequence);
      if (!task.isWaiting) this.#activeCount--;
      this.#send({ type: "endedLate", sequence, end: end.take() });
      this.#noteQuiet();
    });
  }

  /** Whether none of them is running now. */
  get isQuiet(): boolean {
    return this.#activeCount === 0;
  }

  /** Resolves when none does any more. */
  whenQuiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #noteQuiet(): void {
    if (!this.isQuiet) return;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** The task is no longer wanted. */
  giveUp({ sequence, reason }: GiveUpTask): void {
    const error = new TaskError("cancelled", reason, { key: "" });
    this.#tasks.get(sequence)?.giveUp(error);
  }
}
