// How elements run through a pipeline: each step pushes its results into the next one, so that
// there are no lists between them, even if elements arrive later.
import { ArgumentError } from "../../base/errors.js";
import { type AnyIterator, isIterator } from "../../base/iterators.js";
import { isThenable } from "../../base/thenable.js";

/** Where elements go. */
export interface Sink {
  /** Takes an element; returns true if no more are wanted. */
  push(element: unknown): boolean | undefined;
  /** There are no more; returns a promise if waiting elements remain. */
  end(): Promise<void> | undefined;
}

/** A step: its results go to `next`. */
export type Transform = (next: Sink) => Sink;

/** The function of a user, rebuilt. */
export type UserFunction = (...args: unknown[]) => unknown;

/** A value that may be missing; objects are copied for each use. */
export type OptionalValue = { readonly value: unknown } | undefined;

/**
 * Whether a function returned a placeholder of other values: a promise or a generator. Most give
 * none, in no time.
 */
export function standsForOthers(result: unknown): result is object {
  if (typeof result !== "object" || result === null) return false;
  const prototype: unknown = Object.getPrototypeOf(result);
  if (prototype === Object.prototype || prototype === Array.prototype) return false;
  return isThenable(result) || isIterator(result);
}

/**
 * Passes an element and the function's result for it to the next step; returns true if no more are
 * wanted.
 */
export type PassOn = (result: unknown, element: unknown) => boolean | undefined;

/** Elements of a step that wait, from the first on whose function gave a promise. */
export interface PendingElements {
  /** Another one that waits. */
  add(element: unknown): undefined;
  /** Passes them all on, in their order, or as many as are wanted. */
  finish(): Promise<void>;
}

/** Support for values that arrive later; steps themselves never wait. */
export interface AsyncSupport {
  /** All values of an iterator. */
  list(iterator: AnyIterator): unknown[] | Promise<unknown[]>;
  /** Pushes elements as they arrive, until no more are wanted. */
  push(elements: AsyncIterable<unknown>, next: Sink): Promise<void>;
  /** Elements that wait from this one on, for which `f` gave `result`. */
  waiting(
    f: UserFunction,
    pass: PassOn,
    element: unknown,
    result: PromiseLike<unknown>,
  ): PendingElements;
}

/** The context of steps, besides their elements. */
export interface StepContext {
  readonly later: AsyncSupport;
  readonly block: number;
  /** The layer's name in errors. */
  readonly name: string;
  readonly functionAt: (position: number) => UserFunction;
  readonly constantAt: (position: number) => unknown;
  /** How many bytes a list takes. */
  readonly packedBytes: (elements: readonly unknown[]) => number;
  /** Values in the side operands, one after another. */
  readonly side: readonly unknown[];
}

/**
 * Checks the result of a function of keys or states: it must not be a promise or a started
 * generator.
 *
 * @throws ArgumentError `argument.function` for these, which would be keys that are like any other
 */
export function returned<R>(result: R, f: UserFunction): R {
  const what = isThenable(result)
    ? "a promise"
    : isIterator(result)
      ? "a started generator"
      : undefined;
  if (what === undefined) return result;
  if (result instanceof Promise) result.catch(() => undefined);
  throw new ArgumentError(
    "function",
    `function ${f.name || "(anonymous)"} returned ${what}: functions of keys and states must return their ` +
      "result; call it in map() first, which waits",
  );
}

/** Collects all elements and passes them to `finish`, which may return a promise. */
export function collecting(
  next: Sink,
  finish: (elements: unknown[]) => Promise<void> | undefined,
): Sink {
  const elements: unknown[] = [];
  return {
    push(element) {
      elements.push(element);
      return undefined;
    },
    end() {
      const waiting = finish(elements);
      return waiting === undefined ? next.end() : waiting.then(() => next.end());
    },
  };
}

/** Pushes all, until no more are wanted; returns true in that case. */
export function pushAll(elements: Iterable<unknown>, next: Sink): boolean | undefined {
  if (Array.isArray(elements)) {
    // An index loop: an iterator's result objects cost more than most steps.
    for (let i = 0; i < elements.length; i++) if (next.push(elements[i]) === true) return true;
    return undefined;
  }
  for (const element of elements) if (next.push(element) === true) return true;
  return undefined;
}
