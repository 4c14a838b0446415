// Outcomes of an executor thread's tasks, reported many at a time.
import type { WireError } from "../../protocol/values/wire-error.js";
import type { ThreadOutput } from "../tasks/layer-runner.js";
import { packThrown } from "../tasks/thrown-values.js";
import { type FromThread, type TasksEnded, tasksEnded } from "./thread-messages.js";

/** How a task ended: with a dynamic result, with an error, or with neither. */
export interface Outcome {
  readonly output?: ThreadOutput;
  readonly error?: WireError;
}

/** The result is where it was to be put. */
export const DONE: Outcome = {};

/** It made a dynamic result. */
export function asOutput(output: ThreadOutput): Outcome {
  return { output };
}

/** It threw. */
export function asError(error: unknown): Outcome {
  return { error: packThrown(error) };
}

/** How tasks ended that were not reported yet. */
export class Report {
  readonly #send: (message: FromThread) => void;
  #durationsMs: number[] = [];
  #errors: WireError[] = [];
  #outputs: ThreadOutput[] = [];

  constructor(send: (message: FromThread) => void) {
    this.#send = send;
  }

  add(durationMs: number, { output, error }: Outcome): void {
    this.#durationsMs.push(error === undefined ? durationMs : Number.NaN);
    if (error !== undefined) this.#errors.push(error);
    if (output !== undefined) this.#outputs.push(output);
  }

  /** The outcomes since the last call. */
  take(): TasksEnded {
    const report = tasksEnded(this.#durationsMs, this.#errors, this.#outputs);
    this.#durationsMs = [];
    this.#errors = [];
    this.#outputs = [];
    return report;
  }

  send(): void {
    if (this.#durationsMs.length > 0) this.#send(this.take());
  }
}
