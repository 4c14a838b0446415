// How elements run through a pipeline: each step pushes what it makes into the next one, so that there
// are no lists between them, whether elements come at once or one file after another.
import { ArgumentError } from "../../base/errors.js";
import { type AnyIterator, isIterator } from "../../base/iterators.js";
import { isThenable } from "../../base/thenable.js";

/** Where elements go. */
export interface Sink {
  /** Takes an element; true when no more are wanted. */
  push(element: unknown): boolean | undefined;
  /** There are no more; a promise where elements that wait have to be waited for. */
  end(): Promise<void> | undefined;
}

/** A step: what it makes goes to `next`. */
export type Transform = (next: Sink) => Sink;

/** The function of a user, rebuilt. */
export type UserFunction = (...args: unknown[]) => unknown;

/** A value that may be missing; objects are a copy of their own each time they are asked for. */
export type OptionalValue = { readonly value: unknown } | undefined;

/** Whether a function gave what is for other values: a promise or a generator. Most give none, in no time. */
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
  /** All that an iterator gives. */
  list(iterator: AnyIterator): unknown[] | Promise<unknown[]>;
  /** Pushes what comes later, until no more is wanted. */
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

/** Collects what arrives; `finish` is given all of it, and may have to be waited for. */
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

/** Pushes all, until no more are wanted; true then. */
export function pushAll(elements: Iterable<unknown>, next: Sink): boolean | undefined {
  if (Array.isArray(elements)) {
    // An index loop: an iterator's result objects cost more than most steps.
    for (let i = 0; i < elements.length; i++) if (next.push(elements[i]) === true) return true;
    return undefined;
  }
  for (const element of elements) if (next.push(element) === true) return true;
  return undefined;
}
