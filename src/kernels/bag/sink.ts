// How elements run through a pipeline: each step pushes what it makes into the next one, so that there
// are no lists between them, whether elements come at once or one file after another.
import { ArgumentError } from "../../base/errors.js";

/** Where elements go. */
export interface Sink {
  /** Takes an element; true when no more are wanted. */
  push(element: unknown): boolean | undefined;
  /** There are no more. */
  end(): void;
}

/** A step: what it makes goes to `next`. */
export type Transform = (next: Sink) => Sink;

/** The function of a user, rebuilt. */
export type UserFunction = (...args: unknown[]) => unknown;

/** A value that may be missing; objects are a copy of their own each time they are asked for. */
export type Given = { readonly value: unknown } | undefined;

/** What steps have besides elements. */
export interface StepContext {
  readonly block: number;
  /** What the layer is called in errors. */
  readonly name: string;
  readonly functionAt: (position: number) => UserFunction;
  readonly constantAt: (position: number) => unknown;
  /** How many bytes a list takes. */
  readonly packedBytes: (elements: readonly unknown[]) => number;
  /** Values in the side operands, one after another. */
  readonly side: readonly unknown[];
}

/**
 * What a function returned, when that is no promise.
 *
 * @throws ArgumentError `argument.function` for a promise, which would count as an element, as true or as
 * a key that is like any other
 */
export function returned<R>(result: R, f: UserFunction): R {
  if (!(result instanceof Promise)) return result;
  result.catch(() => undefined);
  throw new ArgumentError(
    "function",
    `function ${f.name || "(anonymous)"} returned a promise: bags call functions that return their ` +
      "result; submit asynchronous ones with client.map()",
  );
}

/** Collects what arrives; `finish` is given all of it. */
export function collecting(next: Sink, finish: (elements: unknown[]) => void): Sink {
  const elements: unknown[] = [];
  return {
    push(element) {
      elements.push(element);
      return undefined;
    },
    end() {
      finish(elements);
      next.end();
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
