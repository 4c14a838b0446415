// Options of calls among the arguments of the function, where Dask's `submit` and `map` take them.
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { nearestOption } from "../../base/option-words.js";
import { functionSource } from "../../functions/function-source.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import type { JobOptions } from "../../graph/ports/job-options.js";

/** All options of calls but `name`, which is what many values have, too. */
const OPTIONS = Object.keys({
  pure: true,
  timeLimitMs: true,
  signal: true,
  priority: true,
  retries: true,
  allowedFailures: true,
  resources: true,
  workers: true,
  allowOtherWorkers: true,
  limits: true,
  threadsPerTask: true,
  memoryPerTask: true,
} satisfies Record<keyof JobOptions | "pure" | "timeLimitMs" | "signal", true>);

/**
 * Refuses options as a last argument that the function does not take.
 *
 * @throws ArgumentError `argument.value`
 */
export function refuseOptions(method: string, f: AnyFunction, args: readonly unknown[]): void {
  if (typeof f !== "function" || args.length <= f.length) return;
  const meant = optionsMeant(args.at(-1));
  if (meant !== undefined && !takes(f, args.length)) throw misplaced(method, meant);
}

/**
 * The elements of a list of arguments.
 *
 * @throws ArgumentError `argument.value` for anything but a list
 */
export function elementsOf(method: string, list: unknown): unknown[] {
  if (typeof (list as Iterable<unknown> | undefined)?.[Symbol.iterator] === "function") {
    return [...(list as Iterable<unknown>)];
  }
  const meant = optionsMeant(list);
  if (meant !== undefined) throw misplaced(method, meant);
  const text = `${method}() was given ${kindOf(list)}: expected lists of arguments, as in ${method}(f, [1, 2])`;
  throw new ArgumentError("value", text);
}

/** The options that an object seems to have; undefined for other values. */
function optionsMeant(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const names = Object.keys(value).map((name) => nearestOption(name, OPTIONS));
  return names.length === 0 || names.includes(undefined) ? undefined : names.join(", ");
}

function misplaced(method: string, options: string): ArgumentError {
  const text = `${method}() passes all further arguments to the function: give options by client.with({ ${options} }).${method}(…)`;
  return new ArgumentError("value", text, { options });
}

/** Whether the function has so many parameters, or its text does not say. */
function takes(f: AnyFunction, count: number): boolean {
  try {
    const { node, text } = functionSource(f, f.name);
    if (!("params" in node) || /\barguments\b/.test(text)) return true;
    return node.params.length >= count || node.params.at(-1)?.type === "RestElement";
  } catch {
    return true;
  }
}
