// Steps that see all elements of a partition before they make anything.
import { ArgumentError } from "../../base/errors.js";
import { isAsyncIterable } from "../../base/iterators.js";
import { isThenable } from "../../base/thenable.js";
import { type Compare, compareValues } from "./compare-values.js";
import {
  collecting,
  type OptionalValue,
  pushAll,
  returned,
  type Sink,
  type StepContext,
  type Transform,
  type UserFunction,
} from "./sink.js";

/** Applies the function to the list of all elements. */
export const mapPartitions =
  (f: UserFunction, name: string, { block, later }: StepContext): Transform =>
  (next) =>
    collecting(next, (elements) => {
      const pass = (made: unknown): Promise<void> | undefined => {
        if (isAsyncIterable(made)) return later.push(made, next);
        const list = made as Iterable<unknown> | null | undefined;
        if (typeof list?.[Symbol.iterator] !== "function") refuseMade(name, made, block);
        pushAll(list, next);
        return undefined;
      };
      const made = f(elements);
      return isThenable(made) ? Promise.resolve(made.then(pass)) : pass(made);
    });

function refuseMade(name: string, made: unknown, block: number): never {
  const given = made === undefined ? "nothing" : `a ${made === null ? "null" : typeof made}`;
  const text = `mapPartitions: ${name} returned ${given} for partition ${block}: expected a list or another iterable`;
  throw new ArgumentError("value", text, { partition: block });
}

/** One value out of the list of all elements; none out of no elements, unless always. */
export const aggregate =
  (f: UserFunction, always = false): Transform =>
  (next) =>
    collecting(next, (elements) => {
      if (always || elements.length > 0) next.push(returned(f(elements), f));
      return undefined;
    });

/** All elements become one; none become `otherwise`. */
export const fold =
  (f: UserFunction, initial: OptionalValue, otherwise: OptionalValue): Transform =>
  (next) => {
    let isBegun = false;
    let state = initial?.value;
    return {
      push(element) {
        state = isBegun || initial !== undefined ? f(state, element) : element;
        isBegun = true;
        return undefined;
      },
      end() {
        if (isBegun) next.push(returned(state, f));
        else if (otherwise !== undefined) next.push(otherwise.value);
        return next.end();
      },
    };
  };

/** Compares elements by their keys; the first of equal ones stays first. */
export function byKey(descending: boolean): Compare {
  return descending ? (a, b) => compareValues(b, a) : compareValues;
}

interface Keyed {
  readonly key: unknown;
  readonly element: unknown;
}

/** All elements in order. */
export const sort =
  (keyOf: UserFunction | undefined, descending: boolean): Transform =>
  (next) => {
    const compare = byKey(descending);
    return collecting(next, (elements) => {
      if (keyOf === undefined) {
        elements.sort(compare);
        pushAll(elements, next);
        return undefined;
      }
      const keyed = elements.map((element): Keyed => ({ key: keyOf(element), element }));
      keyed.sort((a, b) => compare(a.key, b.key));
      for (const { element } of keyed) if (next.push(element) === true) break;
      return undefined;
    });
  };

/** The `count` elements of the largest keys, the largest first. */
export const topk =
  (count: number, keyOf: UserFunction | undefined): Transform =>
  (next) => {
    // Sorted again whenever twice as many have gathered: nothing is kept that cannot be among them.
    let kept: Keyed[] = [];
    const cut = () => {
      kept.sort((a, b) => compareValues(b.key, a.key));
      kept = kept.slice(0, count);
    };
    return {
      push(element) {
        kept.push({ key: keyOf === undefined ? element : keyOf(element), element });
        if (kept.length >= 2 * count + 64) cut();
        return undefined;
      },
      end() {
        cut();
        for (const { element } of kept) if (next.push(element) === true) break;
        return next.end();
      },
    };
  };

/** At most `count` keys of the elements, evenly spread over their order. */
export const keySample =
  (count: number, keyOf: UserFunction | undefined): Transform =>
  (next: Sink) =>
    collecting(next, (elements) => {
      const keys = keyOf === undefined ? elements : elements.map((element) => keyOf(element));
      keys.sort(compareValues);
      const taken = Math.min(count, keys.length);
      for (let i = 0; i < taken; i++) {
        next.push(keys[Math.floor(((i + 0.5) * keys.length) / taken)]);
      }
      return undefined;
    });

/** The `parts` - 1 of sorted elements that divide them evenly; fewer if elements are few. */
export const boundaries =
  (parts: number): Transform =>
  (next) =>
    collecting(next, (elements) => {
      for (let part = 1; part < parts && elements.length > 0; part++) {
        next.push(elements[Math.floor((part * elements.length) / parts)]);
      }
      return undefined;
    });
