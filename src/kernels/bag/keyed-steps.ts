// Steps that bring elements of equal keys together. value-keys.ts defines equality.
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { type OptionalValue, returned, type Transform, type UserFunction } from "./sink.js";
import { ValueMap } from "./value-keys.js";

/** A key function whose errors name the step and the block. */
export function placed(keyOf: UserFunction, what: string, block: number): UserFunction {
  let at = -1;
  return (element) => {
    at++;
    try {
      return returned(keyOf(element), keyOf);
    } catch (error) {
      const message = reasonOf(error);
      const failed = new ArgumentError(
        "function",
        `${what}: the key function ${keyOf.name || "(anonymous)"} threw for element ${at} of ` +
          `partition ${block}: ${message}`,
        { partition: block, element: at },
      );
      failed.cause = error;
      throw failed;
    }
  };
}

/** Something that changes while elements arrive. */
interface State {
  value: unknown;
}

/** Pairs of each key and the function's result for its elements. */
export const foldBy =
  (keyOf: UserFunction, f: UserFunction, initial: OptionalValue): Transform =>
  (next) =>
    keyedStates(next, keyOf, (element) => element, f, initial);

/** Pairs of keys and states, those of equal keys joined. */
export const joinBy =
  (f: UserFunction, initial: OptionalValue): Transform =>
  (next) =>
    keyedStates(
      next,
      (pair) => (pair as [unknown, unknown])[0],
      (pair) => (pair as [unknown, unknown])[1],
      f,
      initial,
    );

function keyedStates(
  next: Parameters<Transform>[0],
  keyOf: UserFunction,
  stateOf: UserFunction,
  f: UserFunction,
  initial: OptionalValue,
): ReturnType<Transform> {
  const states = new ValueMap<State>();
  return {
    push(element) {
      const key = keyOf(element);
      const known = states.get(key);
      const value = stateOf(element);
      if (known !== undefined) known.value = f(known.value, value);
      else {
        const first = initial === undefined ? value : f(initial.value, value);
        states.getOrMake(key, () => ({ value: first }));
      }
      return undefined;
    },
    end() {
      for (const [key, { value }] of states.entries()) {
        if (next.push([key, returned(value, f)]) === true) break;
      }
      return next.end();
    },
  };
}

/** Pairs of an element and how often it was there. */
export const tally: Transform = (next) =>
  keyedStates(
    next,
    (element) => element,
    () => 1,
    add,
    undefined,
  );

/** Such pairs, joined. */
export const joinTallies: Transform = (next) => joinBy(add, undefined)(next);

const add: UserFunction = (a, b) => (a as number) + (b as number);

/** The first element of each key, at once. */
export const distinct =
  (keyOf: UserFunction | undefined): Transform =>
  (next) => {
    const seen = new ValueMap<true>();
    return {
      push(element) {
        const key = keyOf === undefined ? element : keyOf(element);
        if (seen.get(key) === true) return undefined;
        seen.getOrMake(key, () => true);
        return next.push(element);
      },
      end: () => next.end(),
    };
  };

/** Pairs of a key and its elements. */
export const group =
  (keyOf: UserFunction): Transform =>
  (next) => {
    const groups = new ValueMap<unknown[]>();
    return {
      push(element) {
        groups.getOrMake(keyOf(element), () => []).push(element);
        return undefined;
      },
      end() {
        for (const [key, elements] of groups.entries()) {
          if (next.push([key, elements]) === true) break;
        }
        return next.end();
      },
    };
  };

/** Pairs of one of the others and an element of the same key. */
export const join =
  (keyOf: UserFunction, otherKey: UserFunction, others: readonly unknown[]): Transform =>
  (next) => {
    const table = new ValueMap<unknown[]>();
    for (const other of others) table.getOrMake(otherKey(other), () => []).push(other);
    return {
      push(element) {
        for (const other of table.get(keyOf(element)) ?? []) {
          if (next.push([other, element]) === true) return true;
        }
        return undefined;
      },
      end: () => next.end(),
    };
  };
