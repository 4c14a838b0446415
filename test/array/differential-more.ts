// More operations of random programs: those of NumPy that are made of several others here. What an
// operation says of itself, and the plain ones, are differential-operations.ts.
import type { ChunkedArray } from "../../src/array/index.js";
import * as t from "../../src/array/index.js";
import { DTYPES, isInteger } from "../../src/base/dtype.js";
import type { Rng } from "../../src/base/rng.js";
import {
  type Kind,
  type Made,
  type Proposal,
  type Situation,
  whole,
} from "./differential-operations.js";

const kindOf = ({ array }: Made) => DTYPES[array.dtype].kind;
const isFloat = (x: Made) => kindOf(x) === "float";
const isWhole = (x: Made) => isInteger(x.array.dtype);
/** Of uint64 and a signed dtype NumPy makes floats. */
const isSmallWhole = (x: Made) => isWhole(x) && x.array.dtype !== "uint64";
const isReal = (x: Made) => isFloat(x) || isWhole(x);
const isExactReal = (x: Made) => x.exact && isReal(x);
const verbs = t as unknown as Record<string, (...args: unknown[]) => ChunkedArray>;
const verb = (name: string) => verbs[name] as (...args: unknown[]) => ChunkedArray;

/** An operation on one array and arguments that the situation decides. */
const one = (
  accepts: (x: Made) => boolean,
  args: (situation: Situation) => Readonly<Record<string, unknown>> | undefined,
  apply: Kind["apply"],
  values: (x: Made) => Proposal = () => ({ exact: false }),
): Kind => ({
  propose: (situation) => {
    const given = accepts(situation.x) ? args(situation) : undefined;
    return given === undefined ? undefined : { args: given, ...values(situation.x) };
  },
  apply,
});

const smooth = (name: string): [string, Kind] => [
  name,
  one(
    (x) => x.exact && isFloat(x) && x.bits < 9,
    () => ({}),
    (_, x) => verb(name)(x),
  ),
];

/** Two arrays that broadcast, both of which are accepted. */
const two = (name: string, accepts: (x: Made) => boolean, values: Proposal): [string, Kind] => [
  name,
  {
    propose: ({ x, pool, rng }) => {
      const found = pool.flatMap((y, at) => (accepts(y) && fitsTogether(x, y) ? [at] : []));
      if (!accepts(x) || found.length === 0) return undefined;
      const at = rng.pick(found);
      const y = pool[at] as Made;
      const bits = Math.max(x.bits, y.bits);
      const fraction = Math.max(x.fraction, y.fraction);
      return { others: [at], args: {}, bits, fraction, ...values };
    },
    apply: (_, x, y) => verb(name)(x, y),
  },
];

function fitsTogether(x: Made, y: Made): boolean {
  try {
    return t.broadcastShapes(x.array.shape, y.array.shape).reduce((a, b) => a * b, 1) <= 400;
  } catch {
    return false;
  }
}

const axisOf = ({ x, rng }: Situation) => whole(rng, 0, x.array.ndim - 1);
const lengthOf = (x: Made, axis: number) => x.array.shape[axis] as number;
const hasAxis = (x: Made) => x.array.ndim > 0 && x.array.size > 0;

/** An axis of at least `least` elements. */
function axisOfLength(situation: Situation, least: number): number | undefined {
  if (situation.x.array.ndim === 0) return undefined;
  const axis = axisOf(situation);
  return lengthOf(situation.x, axis) >= least ? axis : undefined;
}

const EDGES = [-8, -2.5, 0, 1, 1.25, 6];

function groupsOf(rng: Rng, length: number): number[][] {
  return Array.from({ length: whole(rng, 1, 3) }, () =>
    Array.from({ length: whole(rng, 0, 3) }, () => whole(rng, 0, length - 1)),
  );
}

/** Every further operation by its name here and in differential.py. */
export const MORE_OPERATIONS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...["exp", "expm1", "arctan", "sinh", "cbrt"].map(smooth),
  two("gcd", isSmallWhole, { bits: 8, fraction: 0 }),
  two("heaviside", (x) => x.exact && isFloat(x), {}),
  two("fmax", isExactReal, {}),
  two("copysign", (x) => x.exact && isFloat(x) && x.array.dtype === "float64", { exact: false }),
  [
    "nanreduce",
    one(
      (x) => isFloat(x) && hasAxis(x),
      (s) => ({ name: s.rng.pick(["nansum", "nanprod", "nanmean", "nanvar"]), axis: axisOf(s) }),
      ({ name, axis }, x) => verb(name)(x, axis),
      (x) => ({ exact: false, bits: x.bits * 2 }),
    ),
  ],
  // Between infinities NumPy finds NaN, also where nothing is between.
  [
    "quantile",
    one(
      (x) => isWhole(x) && hasAxis(x),
      (s) => ({ q: s.rng.pick([0, 0.3, 0.5, 0.9, 1]), axis: axisOf(s) }),
      ({ q, axis }, x) => t.quantile(x, q, axis),
    ),
  ],
  [
    "topk",
    one(
      (x) => isExactReal(x) && hasAxis(x),
      (s) => ({ k: whole(s.rng, 1, 3), axis: axisOf(s) }),
      ({ k, axis }, x) => t.topk(x, k, axis),
      () => ({}),
    ),
  ],
  [
    "histogram",
    one(
      (x) => isExactReal(x) && x.array.dtype !== "uint64",
      () => ({ edges: EDGES }),
      ({ edges }, x) => t.histogram(x, edges).hist,
      () => ({ bits: 9, fraction: 0 }),
    ),
  ],
  [
    "digitize",
    one(
      (x) => isExactReal(x) && x.array.dtype !== "uint64",
      ({ rng }) => ({ edges: EDGES, right: rng.chance(0.5) }),
      ({ edges, right }, x) => t.digitize(x, edges, { right }),
      () => ({ bits: 4, fraction: 0 }),
    ),
  ],
  [
    "interp",
    one(
      isExactReal,
      () => ({ xp: EDGES, fp: [3, 1, 2, 2.5, 0, -1] }),
      ({ xp, fp }, x) => t.interp(x, xp, fp),
    ),
  ],
  [
    "trapezoid",
    one(
      // NumPy's sums of two unsigned neighbours wrap around.
      (x) => isExactReal(x) && x.bits < 20 && !x.array.dtype.startsWith("uint"),
      (s) => {
        const axis = axisOfLength(s, 1);
        return axis === undefined ? undefined : { axis };
      },
      ({ axis }, x) => t.trapezoid(x, { axis }),
      (x) => ({ exact: false, bits: x.bits + 4 }),
    ),
  ],
  [
    "convolve",
    one(
      (x) => isExactReal(x) && x.array.ndim === 1 && x.array.size > 0,
      ({ rng }) => ({
        kernel: [1, -2, 3].slice(whole(rng, 0, 2)),
        mode: rng.pick(["full", "same", "valid"]),
      }),
      ({ kernel, mode }, x) =>
        t.convolve(x, t.astype(x.derive(t.asarray(kernel).node), x.dtype), { mode }),
      (x) => ({ bits: x.bits + 4 }),
    ),
  ],
  [
    "slidingWindow",
    one(
      (x) => x.array.ndim < 4 && x.array.size <= 100,
      (s) => {
        const axis = axisOfLength(s, 2);
        return axis === undefined
          ? undefined
          : { axis, size: whole(s.rng, 1, lengthOf(s.x, axis)) };
      },
      ({ axis, size }, x) => t.slidingWindowView(x, size, axis),
      () => ({}),
    ),
  ],
  [
    "shuffle",
    one(
      hasAxis,
      (s) => {
        const axis = axisOf(s);
        return { axis, groups: groupsOf(s.rng, lengthOf(s.x, axis)) };
      },
      ({ axis, groups }, x) => t.shuffle(x, groups, axis),
      () => ({}),
    ),
  ],
  [
    "swapaxes",
    one(
      (x) => x.array.ndim > 0,
      (s) => ({ a: axisOf(s), b: axisOf(s) }),
      ({ a, b }, x) => t.swapaxes(x, a, b),
      () => ({}),
    ),
  ],
  [
    "trace",
    one(
      (x) => x.array.ndim >= 2,
      ({ rng }) => ({ k: whole(rng, -1, 1) }),
      ({ k }, x) => t.trace(x, { offset: k }),
      (x) => ({ bits: x.bits + 4 }),
    ),
  ],
  [
    "runningFlat",
    one(
      (x) => kindOf(x) !== "bool",
      () => ({}),
      (_, x) => t.cumsum(x),
      (x) => ({ bits: x.bits + 9 }),
    ),
  ],
  [
    "outer",
    {
      propose: ({ x, pool, rng }) => {
        const found = pool.flatMap((y, at) =>
          kindOf(y) !== "bool" && y.array.size * x.array.size <= 300 ? [at] : [],
        );
        if (kindOf(x) === "bool" || found.length === 0) return undefined;
        const at = rng.pick(found);
        const y = pool[at] as Made;
        const exact = x.exact && y.exact;
        return {
          others: [at],
          args: {},
          exact,
          bits: x.bits + y.bits,
          fraction: x.fraction + y.fraction,
        };
      },
      apply: (_, x, y) => t.outer(t.ravel(x), t.ravel(y as ChunkedArray)),
    },
  ],
  [
    "fft",
    one(
      (x) => isWhole(x) && hasAxis(x) && x.bits < 20,
      (s) => ({ axis: axisOf(s) }),
      ({ axis }, x) => t.fft.fft(x, { axis }),
      (x) => ({ exact: false, bits: x.bits + 4 }),
    ),
  ],
  [
    "elements",
    one(
      (x) => x.exact && isFloat(x),
      () => ({}),
      (_, x) => t.vectorize((value: number) => (value > 0 ? value + 1 : -value))(x),
      (x) => ({ bits: x.bits + 1 }),
    ),
  ],
]);
