// The operations of random programs: when each applies, with which arguments, and what of ours does
// it. The programs are differential-programs.ts; differential.py does the same with NumPy.
import type { ChunkedArray, IndexEntry } from "../../src/array/index.js";
import * as t from "../../src/array/index.js";
import { DTYPES, type DType, isInteger } from "../../src/base/dtype.js";
import type { Rng } from "../../src/base/rng.js";
import { sizeOf } from "../../src/graph/model/chunks.js";

/**
 * An array with what is known of its values: multiples of 2^-fraction below 2^bits, as long as
 * every operation on the way was exact. Operations that jump (`floor`, `less`, `sort`) take exact
 * arrays only.
 */
export interface Made {
  readonly array: ChunkedArray;
  readonly exact: boolean;
  readonly bits: number;
  readonly fraction: number;
}

/** What a step would be, and what it does to values; undefined where it does not apply. */
export interface Proposal {
  readonly others?: readonly number[];
  readonly args?: Readonly<Record<string, unknown>>;
  readonly exact?: boolean;
  readonly bits?: number;
  readonly fraction?: number;
}

export interface Situation {
  readonly x: Made;
  readonly pool: readonly Made[];
  readonly rng: Rng;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments of all operations, which are written as JSON
export type Arguments = any;

export interface Kind {
  readonly propose: (situation: Situation) => Proposal | undefined;
  readonly apply: (args: Arguments, ...arrays: ChunkedArray[]) => ChunkedArray;
}

const functions = t as unknown as Record<string, (...args: unknown[]) => ChunkedArray>;
const pick = <T>(rng: Rng, items: readonly T[]): T => rng.pick(items);
export const whole = (rng: Rng, from: number, to: number) => from + rng.below(to - from + 1);
const kindOf = (x: Made) => DTYPES[x.array.dtype].kind;
const isReal = (x: Made) => kindOf(x) !== "complex";
const isNumber = (x: Made) => kindOf(x) !== "bool";
const isFloat = (x: Made) => kindOf(x) === "float";
const isIntegerArray = (x: Made) => isInteger(x.array.dtype);
const axisOf = ({ x, rng }: Situation) =>
  x.array.ndim === 0 ? undefined : whole(rng, -x.array.ndim, x.array.ndim - 1);

/** Whether values of so many bits are exact in a dtype. */
export function fits(dtype: DType, bits: number, fraction: number): boolean {
  if (isInteger(dtype) || dtype === "bool") return true;
  return bits + fraction <= (dtype === "float32" || dtype === "complex64" ? 22 : 50);
}

const unary = (name: string, applies: (x: Made) => boolean, keepsExact = true): [string, Kind] => [
  name,
  {
    propose: ({ x }) => (applies(x) ? { exact: x.exact && keepsExact } : undefined),
    apply: (_, x) => (functions[name] as (x: ChunkedArray) => ChunkedArray)(x),
  },
];

/** Another array of the pool that broadcasts with `x`; the larger of both shapes stays small. */
function partner(
  { x, pool, rng }: Situation,
  accepts: (y: Made) => boolean,
): { readonly at: number; readonly y: Made } | undefined {
  const found = pool.flatMap((y, at) => {
    if (!accepts(y)) return [];
    try {
      return sizeOf(t.broadcastShapes(x.array.shape, y.array.shape)) <= 400 ? [{ at, y }] : [];
    } catch {
      return [];
    }
  });
  return found.length === 0 ? undefined : pick(rng, found);
}

const binary = (
  name: string,
  accepts: (x: Made) => boolean,
  values: (x: Made, y: Made) => Proposal = () => ({}),
): [string, Kind] => [
  name,
  {
    propose: (situation) => {
      if (!accepts(situation.x)) return undefined;
      const found = partner(situation, accepts);
      if (found === undefined) return undefined;
      const exact = situation.x.exact && found.y.exact;
      return { others: [found.at], exact, ...values(situation.x, found.y) };
    },
    apply: (_, x, y) => (functions[name] as (...xs: unknown[]) => ChunkedArray)(x, y),
  },
];

const sums = (x: Made, y: Made): Proposal => ({
  bits: Math.max(x.bits, y.bits) + 1,
  fraction: Math.max(x.fraction, y.fraction),
});
const products = (x: Made, y: Made): Proposal => ({
  bits: x.bits + y.bits,
  fraction: x.fraction + y.fraction,
});
const truths = (): Proposal => ({ bits: 1, fraction: 0 });
const jumps = (accepts: (x: Made) => boolean) => (x: Made) => x.exact && accepts(x);
const ordered = jumps(isReal);
// Of uint64 and a signed dtype NumPy makes floats, which have no bits.
const bitsOf = (x: Made) => !isFloat(x) && isReal(x) && x.array.dtype !== "uint64";

/** A step that moves elements of one array, with arguments that the situation decides. */
const moving = (
  propose: (situation: Situation) => Readonly<Record<string, unknown>> | undefined,
  apply: Kind["apply"],
  accepts: (x: Made) => boolean = () => true,
): Kind => ({
  propose: (situation) => {
    const args = accepts(situation.x) ? propose(situation) : undefined;
    return args === undefined ? undefined : { args };
  },
  apply,
});
const alongAxis = (apply: Kind["apply"], accepts?: (x: Made) => boolean): Kind =>
  moving(
    (situation) => {
      const axis = axisOf(situation);
      return axis === undefined ? undefined : { axis };
    },
    apply,
    accepts,
  );

/** One axis, several or all. */
function someAxes({ x, rng }: Situation): number | number[] | null {
  const axes = [...x.array.shape.keys()].filter(() => rng.chance(0.5));
  return pick(rng, [null, axes, ...axes]);
}

function lengthAlong(x: Made, axis: number | readonly number[] | null): number {
  const axes = axis === null ? [...x.array.shape.keys()] : [axis].flat();
  return sizeOf(axes.map((a) => x.array.shape.at(a) as number));
}

const reduction: Kind = {
  propose: (situation) => {
    const { x, rng } = situation;
    const name = pick(rng, ["sum", "prod", "max", "min", "mean", "var", "any", "all"]);
    const axis = someAxes(situation);
    const args = { name, axis, keepdims: rng.chance(0.5) };
    const length = lengthAlong(x, axis);
    switch (name) {
      case "sum":
        return { args, bits: x.bits + Math.ceil(Math.log2(length + 1)) };
      case "prod":
        return { args, bits: x.bits * length, fraction: x.fraction * length };
      case "max":
      case "min":
        return isReal(x) && length > 0 ? { args } : undefined;
      case "any":
      case "all":
        return x.exact ? { args, ...truths() } : undefined;
      default:
        return { args, exact: false, bits: x.bits * (name === "var" ? 2 : 1) };
    }
  },
  apply: ({ name, axis, keepdims }, x) =>
    (functions[name] as (...args: unknown[]) => ChunkedArray)(x, axis, { keepdims }),
};

const position: Kind = {
  propose: (situation) => {
    const { x, rng } = situation;
    const axis = pick(rng, [null, axisOf(situation) ?? null]);
    if (!ordered(x) || lengthAlong(x, axis) === 0) return undefined;
    return { args: { name: pick(rng, ["argmax", "argmin"]), axis }, bits: 9, fraction: 0 };
  },
  apply: ({ name, axis }, x) => (functions[name] as (...a: unknown[]) => ChunkedArray)(x, axis),
};

/** With a number: one that every dtype of the array's kind holds. */
const withScalar: Kind = {
  propose: ({ x, rng }) => {
    const kind = kindOf(x);
    if (kind === "bool") return undefined;
    const name = pick(rng, ["add", "multiply", "subtract", ...(kind === "complex" ? [] : ["pow"])]);
    const value = isFloat(x) && name !== "pow" ? pick(rng, [0.5, -1.25, 3]) : whole(rng, 0, 3);
    const args = { name, value };
    if (name === "pow") return { args, bits: x.bits * 3, fraction: x.fraction * 3 };
    return { args, bits: x.bits + 2, fraction: x.fraction + (isFloat(x) ? 2 : 0) };
  },
  apply: ({ name, value }, x) => (functions[name] as (...a: unknown[]) => ChunkedArray)(x, value),
};

/** An entry of an index for an axis of a length; lists are all of two positions. */
function randomEntry(rng: Rng, length: number, lists: boolean): unknown {
  const bound = () => pick(rng, [null, whole(rng, -length - 1, length + 1)]);
  const choice = whole(rng, 0, lists && length > 0 ? 4 : 3);
  if (choice === 4) return [whole(rng, -length, length - 1), whole(rng, 0, length - 1)];
  if (choice === 3 && length > 0) return whole(rng, -length, length - 1);
  return { slice: [bound(), bound(), pick(rng, [null, 1, 2, -1, -2, 3])] };
}

function randomKey({ x, rng }: Situation, lists: boolean): unknown[] {
  const key: unknown[] = x.array.shape.map((length) => randomEntry(rng, length, lists));
  if (rng.chance(0.3)) key.splice(whole(rng, 0, key.length), 0, "new");
  const dots = whole(rng, 0, key.length);
  if (rng.chance(0.3)) key.splice(dots, whole(rng, 0, key.length - dots), "...");
  return key;
}

const keyOf = (key: readonly unknown[]): IndexEntry[] =>
  key.map((entry) => {
    if (entry === "new") return t.newAxis;
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
      return entry as IndexEntry;
    }
    const [start, stop, step] = (entry as { slice: (number | null)[] }).slice;
    return { start: start ?? null, stop: stop ?? null, step: step ?? null };
  });

/** The shape as other factors. */
function refactored({ x, rng }: Situation): number[] {
  const shape: number[] = [];
  let rest = x.array.size;
  while (rest > 1 && shape.length < 3) {
    const factors = [2, 3, 4, 5].filter((n) => rest % n === 0);
    if (factors.length === 0) break;
    const factor = pick(rng, factors);
    shape.push(factor);
    rest /= factor;
  }
  return rng.chance(0.5) ? [...shape, rest] : [rest, ...shape];
}

function shuffled(rng: Rng, count: number): number[] {
  const order = [...Array(count).keys()];
  for (let i = count - 1; i > 0; i--) {
    const j = whole(rng, 0, i);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

const joining = (name: "concat" | "stack"): Kind => ({
  propose: (situation) => {
    const { x, pool, rng } = situation;
    const axis = axisOf(situation);
    if (axis === undefined) return undefined;
    const same = pool.flatMap((y, at) =>
      String(y.array.shape) === String(x.array.shape) && kindOf(y) === kindOf(x) ? [{ at, y }] : [],
    );
    const { at, y } = pick(rng, same);
    const exact = x.exact && y.exact;
    return { others: [at], args: { axis }, exact, ...sums(x, y) };
  },
  apply: ({ axis }, ...xs) => (name === "concat" ? t.concat(xs, axis) : t.stack(xs, axis)),
});

const contraction = (name: "matmul" | "tensordot"): Kind => ({
  propose: ({ x, pool, rng }) => {
    const { shape, ndim } = x.array;
    const found = pool.flatMap((y, at) => {
      const inner = y.array.shape[name === "matmul" ? Math.max(0, y.array.ndim - 2) : 0];
      const fits = y.array.ndim > 0 && inner === shape.at(-1) && isNumber(y);
      const flat = name === "tensordot" || Math.min(ndim, y.array.ndim) <= 2;
      return fits && flat && x.array.size * y.array.size <= 4000 ? [{ at, y }] : [];
    });
    if (ndim === 0 || !isNumber(x) || found.length === 0) return undefined;
    const { at, y } = pick(rng, found);
    const { bits = 0, fraction = 0 } = products(x, y);
    const args = name === "matmul" ? {} : { axes: 1 };
    return { others: [at], args, exact: x.exact && y.exact, bits: bits + 4, fraction };
  },
  apply: ({ axes }, x, y) =>
    name === "matmul"
      ? t.matmul(x as ChunkedArray, y as ChunkedArray)
      : t.tensordot(x, y as never, axes),
});

const masked: Kind = {
  propose: ({ x, pool, rng }) => {
    const masks = pool.flatMap(({ array }, at) =>
      array.dtype === "bool" && String(array.shape) === String(x.array.shape) ? [at] : [],
    );
    return masks.length === 0 ? undefined : { others: [pick(rng, masks)], args: { value: 1 } };
  },
  apply: ({ value }, x, mask) => t.set(x, [mask as ChunkedArray], value),
};

const choice: Kind = {
  propose: (situation) => {
    const condition = partner(situation, (y) => kindOf(y) === "bool");
    const other = partner(situation, (y) => kindOf(y) === kindOf(situation.x));
    if (condition === undefined || other === undefined) return undefined;
    const shapes = [condition.y, other.y, situation.x].map(({ array }) => array.shape);
    try {
      if (sizeOf(t.broadcastShapes(...shapes)) > 400) return undefined;
    } catch {
      return undefined;
    }
    const exact = situation.x.exact && other.y.exact;
    return { others: [other.at, condition.at], args: {}, exact, ...sums(situation.x, other.y) };
  },
  apply: (_, condition, x, y) => t.where(condition, x as ChunkedArray, y as ChunkedArray),
};

const lookup = (name: "isin" | "searchsorted"): Kind => ({
  propose: ({ x, pool, rng }) => {
    const found = pool.flatMap((y, at) => (ordered(y) && kindOf(y) === kindOf(x) ? [at] : []));
    if (!ordered(x) || found.length === 0) return undefined;
    const args = { side: pick(rng, ["left", "right"] as const) };
    return { others: [pick(rng, found)], args, bits: 9, fraction: 0 };
  },
  apply: ({ side }, x, y) =>
    name === "isin"
      ? t.isin(x, y as ChunkedArray)
      : t.searchsorted(t.sort(t.ravel(x)), y as ChunkedArray, { side }),
});

const matrices = (x: Made) => x.array.ndim >= 2;
const diagonals = (apply: Kind["apply"]) =>
  moving(({ rng }) => ({ k: whole(rng, -2, 2) }), apply, matrices);

/** Every operation by its name here and in differential.py. */
export const OPERATIONS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...["negative", "positive", "conj", "real", "imag", "square"].map((name) =>
    unary(name, name === "square" ? (x) => isNumber(x) && x.bits < 8 && !x.exact : isNumber),
  ),
  unary("abs", isReal),
  ...["floor", "ceil", "trunc", "round"].map((name) => unary(name, jumps(isFloat))),
  ...["sin", "cos", "tanh"].map((name) => unary(name, isFloat, false)),
  unary("sqrt", jumps(isFloat), false),
  unary(
    "sign",
    jumps((x) => isReal(x) && isNumber(x)),
  ),
  ...["isnan", "isfinite", "logicalNot"].map((name) => unary(name, (x) => x.exact)),
  unary("bitwiseInvert", bitsOf),
  binary("add", () => true, sums),
  binary("subtract", isNumber, sums),
  binary("multiply", () => true, products),
  binary("maximum", isReal, sums),
  binary("minimum", isReal, sums),
  ...["equal", "notEqual"].map((name) => binary(name, (x) => x.exact, truths)),
  ...["less", "lessEqual", "greater", "greaterEqual"].map((name) => binary(name, ordered, truths)),
  ...["logicalAnd", "logicalOr", "logicalXor"].map((name) => binary(name, (x) => x.exact, truths)),
  ...["bitwiseAnd", "bitwiseOr", "bitwiseXor"].map((name) => binary(name, bitsOf, sums)),
  binary("divide", ordered, () => ({ exact: false })),
  ...["floorDivide", "remainder"].map((name) =>
    binary(name, (x) => x.exact && isIntegerArray(x) && x.array.dtype !== "uint64", sums),
  ),
  binary("hypot", isFloat, (x, y) => ({ exact: false, bits: Math.max(x.bits, y.bits) + 1 })),
  ["atan2", binary("atan2", jumps(isFloat), () => ({ exact: false }))[1]],
  ["scalar", withScalar],
  ["reduce", reduction],
  ["position", position],
  [
    "countNonzero",
    {
      propose: (situation) =>
        situation.x.exact
          ? { args: { axis: someAxes(situation) }, bits: 9, fraction: 0 }
          : undefined,
      apply: ({ axis }, x) => t.countNonzero(x, axis),
    },
  ],
  [
    "astype",
    {
      propose: ({ x, rng }) => {
        const dtypes = (Object.keys(DTYPES) as DType[]).filter((d) => t.canCast(x.array.dtype, d));
        return { args: { dtype: pick(rng, dtypes) } };
      },
      apply: ({ dtype }, x) => t.astype(x, dtype),
    },
  ],
  [
    "slice",
    moving(
      (s) => ({ key: randomKey(s, true) }),
      ({ key }, x) => t.getSlice(x, keyOf(key)),
    ),
  ],
  [
    "set",
    moving(
      (s) => ({ key: randomKey(s, false), value: 1 }),
      ({ key, value }, x) => t.set(x, keyOf(key), value),
    ),
  ],
  ["maskedSet", masked],
  ["where", choice],
  [
    "reshape",
    moving(
      (s) => (s.x.array.size === 0 ? undefined : { shape: refactored(s) }),
      ({ shape }, x) => t.reshape(x, shape),
    ),
  ],
  [
    "transpose",
    moving(
      ({ x, rng }) => ({ axes: shuffled(rng, x.array.ndim) }),
      ({ axes }, x) => t.transpose(x, axes),
    ),
  ],
  [
    "matrixTranspose",
    moving(
      () => ({}),
      (_, x) => x.mT,
      matrices,
    ),
  ],
  [
    "moveaxis",
    moving(
      (s) => (s.x.array.ndim === 0 ? undefined : { source: axisOf(s), destination: axisOf(s) }),
      ({ source, destination }, x) => t.moveaxis(x, source, destination),
    ),
  ],
  [
    "expandDims",
    moving(
      ({ x, rng }) =>
        x.array.ndim > 4 ? undefined : { axis: whole(rng, -x.array.ndim - 1, x.array.ndim) },
      ({ axis }, x) => t.expandDims(x, axis),
    ),
  ],
  [
    "squeeze",
    moving(
      () => ({}),
      (_, x) => t.squeeze(x),
    ),
  ],
  [
    "flip",
    moving(
      (s) => ({ axis: someAxes(s) }),
      ({ axis }, x) => t.flip(x, axis),
    ),
  ],
  [
    "roll",
    moving(
      (s) => ({ axis: pick(s.rng, [null, axisOf(s) ?? null]), shift: whole(s.rng, -7, 7) }),
      ({ axis, shift }, x) => t.roll(x, shift, axis),
    ),
  ],
  [
    "broadcastTo",
    moving(
      ({ x, rng }) =>
        x.array.size > 60 ? undefined : { shape: [whole(rng, 1, 3), ...x.array.shape] },
      ({ shape }, x) => t.broadcastTo(x, shape),
    ),
  ],
  [
    "repeat",
    moving(
      (s) => ({ axis: pick(s.rng, [null, axisOf(s) ?? null]), repeats: whole(s.rng, 0, 3) }),
      ({ axis, repeats }, x) => t.repeat(x, repeats, axis),
    ),
  ],
  [
    "tile",
    moving(
      ({ rng }) => ({ repetitions: [whole(rng, 1, 2), whole(rng, 1, 2)] }),
      ({ repetitions }, x) => t.tile(x, repetitions),
    ),
  ],
  ["concat", joining("concat")],
  ["stack", joining("stack")],
  [
    "take",
    moving(
      (s) => {
        const axis = axisOf(s);
        const length = axis === undefined ? 0 : (s.x.array.shape.at(axis) as number);
        if (length === 0) return undefined;
        return {
          axis,
          at: Array.from({ length: whole(s.rng, 0, 4) }, () => whole(s.rng, -length, length - 1)),
        };
      },
      ({ axis, at }, x) => t.take(x, at, axis),
    ),
  ],
  [
    "takeAlongSorted",
    alongAxis(({ axis }, x) => t.takeAlongAxis(x, t.argsort(x, { axis }), axis), ordered),
  ],
  ["sort", alongAxis(({ axis }, x) => t.sort(x, { axis }), ordered)],
  ["argsort", alongAxis(({ axis }, x) => t.argsort(x, { axis }), ordered)],
  [
    "cumulativeSum",
    {
      propose: (s) => {
        const axis = axisOf(s);
        return axis === undefined ? undefined : { args: { axis }, bits: s.x.bits + 5 };
      },
      apply: ({ axis }, x) => t.cumulativeSum(x, { axis }),
    },
  ],
  [
    "diff",
    {
      propose: (s) => {
        const axis = axisOf(s);
        if (axis === undefined || !isNumber(s.x)) return undefined;
        return { args: { axis, n: whole(s.rng, 0, 2) }, bits: s.x.bits + 2 };
      },
      apply: ({ axis, n }, x) => t.diff(x, { axis, n }),
    },
  ],
  [
    "ptp",
    alongAxis(
      ({ axis }, x) => t.ptp(x, axis),
      (x) => isReal(x) && isNumber(x) && x.array.size > 0,
    ),
  ],
  [
    "pad",
    moving(
      ({ x, rng }) =>
        x.array.ndim === 0 || x.array.size === 0 || x.array.size > 60
          ? undefined
          : {
              width: x.array.shape.map(() => [whole(rng, 0, 2), whole(rng, 0, 2)]),
              mode: pick(rng, ["constant", "edge", "symmetric", "wrap"]),
            },
      ({ width, mode }, x) => t.pad(x, width, mode),
    ),
  ],
  [
    "clip",
    moving(
      () => ({ min: 1, max: 2 }),
      ({ min, max }, x) => t.clip(x, min, max),
      (x) => isReal(x) && isNumber(x),
    ),
  ],
  ["tril", diagonals(({ k }, x) => t.tril(x, { k }))],
  ["triu", diagonals(({ k }, x) => t.triu(x, { k }))],
  ["diagonal", diagonals(({ k }, x) => t.diagonal(x, { offset: k }))],
  ["rot90", diagonals(({ k }, x) => t.rot90(x, k))],
  [
    "median",
    {
      propose: (s) => {
        const axis = axisOf(s);
        const fits = ordered(s.x) && isNumber(s.x) && s.x.array.size > 0;
        return axis === undefined || !fits ? undefined : { args: { axis }, exact: false };
      },
      apply: ({ axis }, x) => t.median(x, axis),
    },
  ],
  [
    "deleteAt",
    moving(
      (s) => {
        const axis = axisOf(s);
        const length = axis === undefined ? 0 : (s.x.array.shape.at(axis) as number);
        return length === 0 ? undefined : { axis, at: whole(s.rng, -length, length - 1) };
      },
      ({ axis, at }, x) => t.deleteAt(x, at, axis),
    ),
  ],
  [
    "insert",
    moving(
      (s) => {
        const axis = axisOf(s);
        const length = axis === undefined ? 0 : (s.x.array.shape.at(axis) as number);
        return length === 0 ? undefined : { axis, at: whole(s.rng, 0, length) };
      },
      ({ axis, at }, x) => t.insert(x, at, 1, axis),
    ),
  ],
  [
    "kron",
    {
      propose: ({ x, pool, rng }) => {
        const small = (y: Made) => isNumber(y) && y.array.size * x.array.size <= 300;
        const found = pool.flatMap((y, at) => (small(y) ? [{ at, y }] : []));
        if (!isNumber(x) || found.length === 0) return undefined;
        const { at, y } = pick(rng, found);
        return { others: [at], exact: x.exact && y.exact, ...products(x, y) };
      },
      apply: (_, x, y) => t.kron(x, y as ChunkedArray),
    },
  ],
  ["isin", lookup("isin")],
  ["searchsorted", lookup("searchsorted")],
  ["matmul", contraction("matmul")],
  ["tensordot", contraction("tensordot")],
]);
