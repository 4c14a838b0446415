// Values that the user passes with a function, for variables that cannot be read or that change:
// `fn(f, { captured })`.
import type { AnyFunction } from "./shipped-function.js";

const given = new WeakMap<AnyFunction, Readonly<Record<string, unknown>>>();

/** Options of {@link fn}. */
export interface FnOptions {
  /** Values by name; those that are missing are read from the surroundings. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/**
 * Sets the values of variables of `f` wherever it is sent to run. A variable that is assigned again
 * needs it, and so do functions that were compiled so that their variables cannot be found.
 *
 * @param f an arrow function or function; it is changed in nothing
 * @param options.captured values by name; those that are missing are read from the surroundings
 * @returns `f`
 * @throws nothing: values that cannot be sent are found when `f` is sent
 * @see https://distributed.dask.org/en/stable/serialization.html
 * @example
 * let factor = 2;
 * factor = 3;
 * const scaled = arange(4).mapBlocks(
 *   fn((block) => block.data.map((value) => value * factor), { captured: { factor } }),
 * );
 * await scaled.compute(); // → [0, 3, 6, 9]
 */
// Only parameters written this way get their types from where the function is given to. A first one
// of type void may be left out, as where `f` takes none.
export function fn<R, A = void, B extends readonly unknown[] = []>(
  f: (first: A, ...rest: B) => R,
  options: FnOptions = {},
): (first: A, ...rest: B) => R {
  given.set(f, { ...options.captured });
  return f;
}

/** The captured values that {@link fn} recorded for `f`. */
export function givenCaptured(f: AnyFunction): Readonly<Record<string, unknown>> | undefined {
  return given.get(f);
}
