// Steps that look at one element at a time.
import { ArgumentError } from "../../base/errors.js";
import { isAsyncIterable, isIterator } from "../../base/iterators.js";
import { Rng } from "../../base/rng.js";
import { isThenable } from "../../base/thenable.js";
import {
  type AsyncSupport,
  type PendingElements,
  pushAll,
  type Sink,
  standsForOthers,
  type Transform,
  type UserFunction,
} from "./sink.js";

/** Each element through the function. */
export const map =
  (f: UserFunction, later: AsyncSupport): Transform =>
  (next) => {
    let waiting: PendingElements | undefined;
    return {
      push(element) {
        if (waiting !== undefined) return waiting.add(element);
        const result = f(element);
        if (!standsForOthers(result)) return next.push(result);
        const made = listed(result, later);
        if (!isThenable(made)) return next.push(made);
        waiting = later.waiting(
          (one) => listed(f(one), later),
          (one) => next.push(one),
          element,
          made,
        );
        return undefined;
      },
      end: () => ended(waiting, next),
    };
  };

/** Elements for which the function returns a truthy value. */
export const filter =
  (f: UserFunction, wanted: boolean, later: AsyncSupport): Transform =>
  (next) => {
    let waiting: PendingElements | undefined;
    const pass = (result: unknown, element: unknown) =>
      Boolean(result) === wanted ? next.push(element) : undefined;
    return {
      push(element) {
        if (waiting !== undefined) return waiting.add(element);
        const result = f(element);
        if (!standsForOthers(result)) {
          return Boolean(result) === wanted ? next.push(element) : undefined;
        }
        if (!isThenable(result)) return pass(result, element);
        waiting = later.waiting(f, pass, element, result);
        return undefined;
      },
      end: () => ended(waiting, next),
    };
  };

/** The end of a step, after the elements that wait. */
function ended(waiting: PendingElements | undefined, next: Sink): Promise<void> | undefined {
  return waiting === undefined ? next.end() : waiting.finish().then(() => next.end());
}

/** Each element, a list, as the arguments of the function. */
export const starmap = (f: UserFunction, name: string, later: AsyncSupport): Transform =>
  map((element) => f(...elementsOf(element, `starmap (${name})`)), later);

/** The elements of each element. */
export const flatten: Transform = (next) => ({
  push: (element) => pushAll(elementsOf(element, "flatten"), next),
  end: () => next.end(),
});

/** The elements of the function's result for each element. */
export const flatMap =
  (f: UserFunction, later: AsyncSupport): Transform =>
  (next) => {
    let waiting: PendingElements | undefined;
    const pass = (made: unknown) => pushAll(elementsOf(made, "flatMap"), next);
    return {
      push(element) {
        if (waiting !== undefined) return waiting.add(element);
        const made = f(element);
        if (Array.isArray(made)) return pushAll(made, next);
        const list = listedIfAsync(made, later);
        if (!isThenable(list)) return pass(list);
        waiting = later.waiting((one) => listedIfAsync(f(one), later), pass, element, list);
        return undefined;
      },
      end: () => ended(waiting, next),
    };
  };

/**
 * The result of a function, with a generator replaced by the list of its values; promises are
 * followed.
 */
function listed(result: unknown, later: AsyncSupport): unknown {
  if (isIterator(result)) return later.list(result);
  return isThenable(result) ? result.then((one) => listed(one, later)) : result;
}

/** The same, but synchronous generators stay unchanged. */
function listedIfAsync(made: unknown, later: AsyncSupport): unknown {
  if (isAsyncIterable(made)) return later.list(made as AsyncIterableIterator<unknown>);
  return isThenable(made) ? made.then((one) => listedIfAsync(one, later)) : made;
}

function elementsOf(value: unknown, what: string): Iterable<unknown> {
  const iterable = value as Iterable<unknown> | null | undefined;
  if (typeof iterable?.[Symbol.iterator] === "function") return iterable;
  const given = value === null ? "null" : typeof value;
  throw new ArgumentError("value", `${what} met a ${given}: expected lists or other iterables`);
}

/** Picks `index` of each element: an index of a list, a property, or a key of a Map. */
export function plucker(
  index: string | number,
  fallback?: { readonly value: unknown },
): UserFunction {
  return (element) => {
    const found = lookUp(element, index);
    if (found.isThere) return found.value;
    if (fallback !== undefined) return fallback.value;
    throw new ArgumentError(
      "index",
      `pluck(${JSON.stringify(index)}): an element has no such key; give a default`,
      { index },
    );
  };
}

/** Picks several keys of each element as a list. */
export function listPlucker(
  indices: readonly (string | number)[],
  fallback?: { readonly value: unknown },
): UserFunction {
  const pluckers = indices.map((index) => plucker(index, fallback));
  return (element) => pluckers.map((pluck) => pluck(element));
}

function lookUp(element: unknown, index: string | number): { isThere: boolean; value?: unknown } {
  if (element === null || element === undefined) return { isThere: false };
  if (element instanceof Map) return { isThere: element.has(index), value: element.get(index) };
  const holder = Object(element) as Record<string | number, unknown>;
  const length = (holder as { readonly length?: unknown }).length;
  // As in Python and `Array.prototype.at`, negative ones count from the end.
  const at = typeof index === "number" && index < 0 ? Number(length) + index : index;
  return { isThere: at in holder, value: holder[at] };
}

/** The first `count` elements. */
export const head =
  (count: number): Transform =>
  (next) => {
    let left = count;
    return {
      push(element) {
        if (left <= 0) return true;
        left--;
        return next.push(element) === true || left === 0 ? true : undefined;
      },
      end: () => next.end(),
    };
  };

/** Each element with the same probability: the numbers depend on the seed and the block alone. */
export const sample =
  (probability: number, seed: number, block: number): Transform =>
  (next: Sink) => {
    const low = new Rng(seed).uint32();
    const rng = new Rng(((low ^ Math.imul(block + 1, 0x9e3779b1)) >>> 0) + (seed % 2 ** 20));
    return {
      push: (element) => (rng.uint32() < probability * 2 ** 32 ? next.push(element) : undefined),
      end: () => next.end(),
    };
  };
