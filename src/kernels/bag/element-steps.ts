// Steps that look at one element at a time.
import { ArgumentError } from "../../base/errors.js";
import { Rng } from "../../base/rng.js";
import { pushAll, returned, type Sink, type Transform, type UserFunction } from "./sink.js";

/** Each element through the function. */
export const map =
  (f: UserFunction): Transform =>
  (next) => ({
    push: (element) => next.push(returned(f(element), f)),
    end: () => next.end(),
  });

/** Elements of which the function says what is wanted. */
export const filter =
  (f: UserFunction, wanted: boolean): Transform =>
  (next) => ({
    push: (element) =>
      Boolean(returned(f(element), f)) === wanted ? next.push(element) : undefined,
    end: () => next.end(),
  });

/** Each element, a list, as the arguments of the function. */
export const starmap =
  (f: UserFunction, name: string): Transform =>
  (next) => ({
    push: (element) => next.push(returned(f(...elementsOf(element, `starmap (${name})`)), f)),
    end: () => next.end(),
  });

/** The elements of each element; of what the function makes of it, where there is one. */
export const flatten =
  (f?: UserFunction): Transform =>
  (next) => ({
    push: (element) =>
      pushAll(
        f === undefined
          ? elementsOf(element, "flatten")
          : elementsOf(returned(f(element), f), "flatMap"),
        next,
      ),
    end: () => next.end(),
  });

function elementsOf(value: unknown, what: string): Iterable<unknown> {
  const iterable = value as Iterable<unknown> | null | undefined;
  if (typeof iterable?.[Symbol.iterator] === "function") return iterable;
  const given = value === null ? "null" : typeof value;
  throw new ArgumentError("value", `${what} met a ${given}: expected lists or other iterables`);
}

/** What stands at `index` of each element: an index of a list, a property, a key of a Map. */
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
      `pluck(${JSON.stringify(index)}): an element has nothing there; give a default for such`,
      { index },
    );
  };
}

/** The list of what stands at each of several places. */
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
