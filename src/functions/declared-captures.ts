// Values that the user passes with a function, for variables that cannot be read or that change:
// `fn(f, { captured })`.
import type { AnyFunction } from "./shipped-function.js";

const given = new WeakMap<AnyFunction, Readonly<Record<string, unknown>>>();

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
 * const scale = fn((block) => block.data.map((value) => value * factor), { captured: { factor } });
 * await arange(4).mapBlocks(scale).compute(); // → [0, 3, 6, 9]
 */
export function fn<F extends AnyFunction>(
  f: F,
  options: { readonly captured: Readonly<Record<string, unknown>> },
): F {
  given.set(f, { ...options.captured });
  return f;
}

/** The captured values that {@link fn} recorded for `f`. */
export function givenCaptured(f: AnyFunction): Readonly<Record<string, unknown>> | undefined {
  return given.get(f);
}
