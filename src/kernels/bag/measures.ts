// Measures of a whole bag: each has a state, which elements and other states are joined into. Means
// and variances are Welford's and Chan's, so that no digits are lost to large sums of squares.

import { unreachable } from "../../base/assert.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import type { MeasureName } from "../../graph/model/partition-steps.js";
import { compareValues } from "./compare-values.js";
import type { Transform } from "./sink.js";

/** How a measure is taken. */
interface Measure {
  /** The state before the first element; undefined where there is none. */
  readonly start: () => unknown;
  /** The state with an element; `isFull` is true when no more can change it. */
  readonly add: (state: unknown, element: unknown) => unknown;
  readonly join: (state: unknown, other: unknown) => unknown;
}

/** As elements compare; numbers in texts are refused, of which 99.5 would come after 499.5. */
function compareElements(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string" && isNumber(a) && isNumber(b)) {
    throw new ArgumentError(
      "value",
      `min() or max() met the texts ${JSON.stringify(a)} and ${JSON.stringify(b)}, which are numbers: ` +
        `make them numbers before, by map(Number) or option numbers of readCsvRows`,
    );
  }
  return compareValues(a, b);
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}

/** A number, BigInt or boolean as a number. */
function numberOf(element: unknown): number {
  if (typeof element === "number") return element;
  if (typeof element === "bigint" || typeof element === "boolean") return Number(element);
  throw notNumber("mean(), var() or std()", element);
}

function notNumber(what: string, element: unknown): ArgumentError {
  const isText = typeof element === "string";
  const kind = isText ? `the text ${JSON.stringify(element)}` : kindOf(element);
  const hint = isText && isNumber(element) ? ": make texts numbers before, by map(Number)" : "";
  return new ArgumentError("value", `${what} met ${kind}: expected numbers${hint}`);
}

type Moments = readonly [count: number, mean: number, squares: number];

const extreme = (sign: 1 | -1): Measure => {
  const better = (state: unknown, element: unknown) =>
    state === undefined || sign * compareElements(element, (state as [unknown])[0]) > 0;
  return {
    start: () => undefined,
    add: (state, element) => (better(state, element) ? [element] : state),
    join: (state, other) =>
      other === undefined || !better(state, (other as [unknown])[0]) ? state : other,
  };
};

const moments: Measure = {
  start: () => [0, 0, 0],
  add: (state, element) => {
    const [count, mean, squares] = state as Moments;
    const value = numberOf(element);
    const delta = value - mean;
    const moved = mean + delta / (count + 1);
    return [count + 1, moved, squares + delta * (value - moved)];
  },
  join: (state, other) => {
    const [n, mean, squares] = state as Moments;
    const [m, otherMean, otherSquares] = other as Moments;
    const count = n + m;
    if (count === 0) return state;
    const delta = otherMean - mean;
    return [
      count,
      mean + (delta * m) / count,
      squares + otherSquares + (delta * delta * n * m) / count,
    ];
  },
};

const sum: Measure = {
  start: () => 0,
  add: addValues,
  join: addValues,
};

function addValues(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a + b;
  // BigInts add up to BigInts: the number 0 was only where they began.
  if (typeof b === "bigint") return typeof a === "bigint" ? a + b : BigInt(a as number) + b;
  if (typeof a === "bigint") return a + BigInt(b as number);
  if (typeof b === "boolean") return (a as number) + Number(b);
  throw notNumber("sum()", b);
}

const any: Measure = {
  start: () => false,
  add: (state, element) => state === true || Boolean(element),
  join: (state, other) => state === true || other === true,
};

const all: Measure = {
  start: () => true,
  add: (state, element) => state === true && Boolean(element),
  join: (state, other) => state === true && other === true,
};

const count: Measure = {
  start: () => 0,
  add: (state) => (state as number) + 1,
  join: addValues,
};

const MEASURES: Readonly<Record<MeasureName, Measure>> = {
  count,
  sum,
  min: extreme(-1),
  max: extreme(1),
  any,
  all,
  mean: moments,
  var: moments,
  std: moments,
};

/**
 * All elements become one state, alone in a list: undefined could not distinguish an empty bag from
 * an empty state.
 */
export const measure = (name: MeasureName): Transform => joined(MEASURES[name], "add");

/** All states become one. */
export const joinMeasures = (name: MeasureName): Transform => joined(MEASURES[name], "join");

function joined(measureOf: Measure, how: "add" | "join"): Transform {
  const step = measureOf[how];
  return (next) => {
    let state = measureOf.start();
    return {
      push(element) {
        state = step(state, element);
        return undefined;
      },
      end() {
        next.push(state);
        return next.end();
      },
    };
  };
}

/** The result of a state. */
export function finishMeasure(name: MeasureName, state: unknown, ddof = 0): unknown {
  switch (name) {
    case "count":
    case "sum":
    case "any":
    case "all":
      return state;
    case "min":
    case "max":
      if (state !== undefined) return (state as [unknown])[0];
      throw new ArgumentError("value", `${name}() of a bag without elements`);
    case "mean":
      return (state as Moments)[0] === 0 ? Number.NaN : (state as Moments)[1];
    case "var":
    case "std": {
      const [n, , squares] = state as Moments;
      const variance = squares / (n - ddof);
      return name === "var" ? variance : Math.sqrt(variance);
    }
    default:
      return unreachable(name);
  }
}
