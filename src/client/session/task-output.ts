// Console output of functions on workers, at the client that submitted them: on its own console,
// with worker and task in front, or passed to a function of the user.
import { checkOption, type Expectation } from "../../base/option-schema.js";
import type { PrintLevel, TasksPrinted } from "../../protocol/messages/messages.js";

/** One line of console output of a function on a worker. */
export interface TaskOutput {
  /** The worker's name. */
  readonly worker: string;
  /**
   * The key of the task that the function ran for, `square-3f2a1b0(0)`, or the actor:
   * `Counter-3f2a1b0c`.
   */
  readonly key: string;
  /** The console's method: `log`, `info`, `debug`, `warn` or `error`. */
  readonly level: PrintLevel;
  /** The text as the worker's console formats it, without the final line break. */
  readonly text: string;
}

/**
 * The destination of console output of functions: `true` for this process's console, `false` for
 * nowhere, or a function that receives it.
 */
export type TaskOutputOption = boolean | ((written: TaskOutput) => void);

/** The values that a {@link TaskOutputOption} may have. */
export const TASK_OUTPUT: Expectation = [
  "true, false or a function",
  (value) => typeof value === "boolean" || typeof value === "function",
];

/**
 * Returns the function that handles console output of tasks.
 *
 * @throws ArgumentError `argument.value` for anything but a boolean or a function
 */
export function outputListener(option: TaskOutputOption): (message: TasksPrinted) => void {
  checkOption("taskOutput", option, TASK_OUTPUT);
  if (option === false) return () => {};
  const take = option === true ? print : shielded(option);
  return ({ worker, keys, levels, texts }) => {
    keys.forEach((key, k) => {
      take({ worker, key, level: levels[k] as PrintLevel, text: texts[k] as string });
    });
  };
}

function print({ worker, key, level, text }: TaskOutput): void {
  const prefix = `[${worker} · ${key}] `;
  console[level](prefix + text.replaceAll("\n", `\n${prefix}`));
}

/**
 * Wraps a listener: its errors are rethrown in a microtask, so that later output is still
 * delivered.
 */
function shielded(listener: (written: TaskOutput) => void): (written: TaskOutput) => void {
  return (written) => {
    try {
      listener(written);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
