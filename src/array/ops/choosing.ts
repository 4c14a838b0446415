// Elements chosen by conditions, and numbers compared or replaced. All are elementwise and fuse.
import { DTYPES } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { sameShape } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrayList, checkList, checkWord } from "../given.js";
import { checkArrays, checkReal, firstArray, type Operand, operandArray } from "../operands.js";
import { dataNode } from "../source.js";
import { astype } from "./astype.js";
import { inRange } from "./demanding.js";
import { fractional } from "./elementwise/arguments.js";
import {
  abs,
  add,
  equal,
  imag,
  isfinite,
  isnan,
  lessEqual,
  logicalAnd,
  logicalOr,
  multiply,
  real,
  remainder,
  subtract,
  where,
} from "./elementwise.js";
import { all } from "./reductions.js";

/**
 * For each element, the choice of the first condition that holds.
 *
 * @param conditions booleans
 * @param choices as many as conditions
 * @param otherwise where no condition holds; 0 unless given
 * @returns the promoted dtype of the choices in the broadcast shape
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.value` when there are not as many choices as conditions,
 * `argument.shape` when they do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.select.html
 *
 * @example
 * ```ts
 * const x = arange(5);
 * await select([x.less(2), x.less(4)], [x, x.mul(10)], -1).compute(); // → [0, 1, 20, 30, -1]
 * ```
 */
export function select(
  conditions: readonly ChunkedArray[],
  choices: readonly Operand[],
  otherwise: Operand = 0,
): ChunkedArray {
  checkArrayList("select", conditions);
  checkList("select takes a list of choices", choices);
  if (conditions.length !== choices.length || conditions.length === 0) {
    throw new ArgumentError(
      "value",
      `select needs a choice for each condition, got ${conditions.length} and ${choices.length}`,
    );
  }
  return conditions.reduceRight<Operand>(
    (rest, condition, i) => where(condition, choices[i] as Operand, rest) as ChunkedArray,
    otherwise,
  ) as ChunkedArray;
}

/** Options of {@link choose}. */
export interface ChooseOptions {
  /** What numbers without a choice do: fail, count on from the other end, or take the nearest; `"raise"` unless given. */
  readonly mode?: "raise" | "wrap" | "clip";
}

/**
 * For each element, the choice whose number `which` holds.
 *
 * @param which integers from 0 to before how many choices there are; others fail when they are computed, unless the
 * mode is `"wrap"` or `"clip"`
 * @returns the promoted dtype of the choices in the broadcast shape
 * @chunks those of all operands, aligned; one task per block, and one per block of numbers that are checked
 * @throws ArgumentError `argument.value` for no choices or an unknown mode, `argument.shape` when they do not
 * broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.choose.html
 *
 * @example
 * ```ts
 * await choose(asarray([0, 1, 0]), [[1, 2, 3], [10, 20, 30]]).compute(); // → [1, 20, 3]
 * ```
 */
export function choose(
  which: ChunkedArray,
  choices: readonly Operand[],
  options: ChooseOptions = {},
): ChunkedArray {
  checkArrays("choose", which);
  const { mode = "raise" } = options;
  checkWord("the mode of choose", mode, ["raise", "wrap", "clip"]);
  checkList("choose takes a list of choices", choices);
  if (choices.length === 0) throw new ArgumentError("value", "choose was given no choices");
  const numbers = numbersWithin(which, choices.length, mode);
  const conditions = choices.slice(0, -1).map((_, i): ChunkedArray => lessEqual(numbers, i));
  const last = choices.at(-1) as Operand;
  if (conditions.length === 0) return where(equal(numbers, numbers), last, last);
  return select(conditions, choices.slice(0, -1), last);
}

/**
 * Different functions of `x` on different parts of it; where several conditions hold, the last counts.
 *
 * @param conditions booleans in the shape of `x`
 * @param pieces numbers or functions of chunked arrays, as many as conditions, or one more for the rest
 * @returns shape and dtype of `x`
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.value` when there are not as many pieces as conditions
 * @see https://numpy.org/doc/stable/reference/generated/numpy.piecewise.html
 *
 * @example
 * ```ts
 * const x = asarray([-2, -1, 3]);
 * await piecewise(x, [x.less(0)], [(y) => y.negative(), 100]).compute(); // → [2, 1, 100]
 * ```
 */
export function piecewise(
  x: ChunkedArray,
  conditions: readonly ChunkedArray[],
  pieces: readonly (number | ((x: ChunkedArray) => ChunkedArray))[],
): ChunkedArray {
  checkArrays("piecewise", x);
  checkArrayList("piecewise", conditions);
  checkList("piecewise takes a list of pieces", pieces);
  const spare = pieces.length - conditions.length;
  if (spare !== 0 && spare !== 1) {
    throw new ArgumentError(
      "value",
      `piecewise needs ${conditions.length} pieces, or one more for the rest, got ${pieces.length}`,
    );
  }
  const apply = (piece: number | ((x: ChunkedArray) => ChunkedArray)): Operand =>
    typeof piece === "number" ? piece : piece(x);
  const rest = spare === 1 ? apply(pieces.at(-1) as number) : 0;
  const result = conditions.reduce<Operand>(
    (value, condition, i) => where(condition, apply(pieces[i] as number), value) as ChunkedArray,
    rest,
  );
  return firstArray([result], "piecewise").astype(x.dtype);
}

/** Numbers of choices, none of which is without one; `"clip"` is how they are compared. */
function numbersWithin(
  x: ChunkedArray,
  count: number,
  mode: "raise" | "wrap" | "clip",
): ChunkedArray {
  if (mode === "clip" || (x.dtype === "bool" && count > 1)) return x;
  if (mode === "wrap") return remainder(x.dtype === "bool" ? astype(x, "int8") : x, count);
  checkReal("choose", x);
  return inRange(x, count, `a number names none of the ${count} choices, which count from 0`);
}

/** Options of {@link nanToNum}. */
export interface NanToNumOptions {
  /** In place of NaN; 0 unless given. */
  readonly nan?: number;
  /** In place of infinity; the largest number of the dtype unless given. */
  readonly posinf?: number;
  /** In place of minus infinity; the smallest number of the dtype unless given. */
  readonly neginf?: number;
}

/** The largest float32. */
const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * `x` with numbers in place of NaN and infinities.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nan_to_num.html
 *
 * @example
 * ```ts
 * await nanToNum(asarray([NaN, 1, Infinity]), { posinf: 9 }).compute(); // → [0, 1, 9]
 * ```
 */
export function nanToNum(x: ChunkedArray, options: NanToNumOptions = {}): ChunkedArray {
  checkArrays("nanToNum", x);
  if (DTYPES[x.dtype].kind === "complex") {
    const [re, im] = [nanToNum(real(x), options), nanToNum(imag(x), options)];
    return add(re, multiply(im, { re: 0, im: 1 }));
  }
  if (DTYPES[x.dtype].kind !== "float") return x;
  const largest = x.dtype === "float32" ? FLOAT32_MAX : Number.MAX_VALUE;
  const { nan = 0, posinf = largest, neginf = -largest } = options;
  return select(
    [isnan(x), equal(x, Number.POSITIVE_INFINITY), equal(x, Number.NEGATIVE_INFINITY)],
    [nan, posinf, neginf],
    x,
  );
}

/** Options of {@link isclose} and {@link allclose}. */
export interface CloseOptions {
  /** Allowed distance as a share of the second number; 1e-5 unless given. */
  readonly rtol?: number;
  /** Allowed distance besides; 1e-8 unless given. */
  readonly atol?: number;
  /** Whether NaN is close to NaN; false unless given. */
  readonly equalNan?: boolean;
}

/**
 * Whether elements are equal within a tolerance.
 *
 * @returns bool in the broadcast shape
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError `argument.shape` when the two do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isclose.html
 *
 * @example
 * ```ts
 * await isclose(asarray([1, 2]), [1.000001, 2.1]).compute(); // → [1, 0]
 * ```
 */
export function isclose(x1: ChunkedArray, x2: Operand, options: CloseOptions = {}): ChunkedArray {
  checkArrays("isclose", x1);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  // With fractions: differences of integers would wrap around.
  const second = fractional(operandArray(x1, x2));
  const allowed: ChunkedArray = add(multiply(abs(second), rtol), atol);
  const near: ChunkedArray = lessEqual(abs(subtract(x1, second) as ChunkedArray), allowed);
  // Infinities are close to themselves only.
  const close: ChunkedArray = logicalOr(logicalAnd(near, isfinite(second)), equal(x1, second));
  return equalNan ? logicalOr(close, logicalAnd(isnan(x1), isnan(second))) : close;
}

/**
 * Whether all elements are equal within a tolerance. As {@link isclose}.
 *
 * @returns a bool without axes
 * @chunks one block; one task per block of `x1`, aligned with `x2`, and a tree above
 * @throws ArgumentError `argument.shape` when shapes do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.allclose.html
 *
 * @example
 * ```ts
 * await allclose(asarray([1, 2]), [1, 2 + 1e-9]).compute(); // → true
 * await allclose(asarray([NaN]), [NaN]).compute(); // → false
 * await allclose(asarray([NaN]), [NaN], { equalNan: true }).compute(); // → true
 * ```
 */
export function allclose(x1: ChunkedArray, x2: Operand, options?: CloseOptions): ChunkedArray {
  checkArrays("allclose", x1);
  return all(isclose(x1, x2, options));
}

/**
 * Whether two arrays have one shape and equal elements; NaN equals nothing.
 *
 * @returns a bool without axes
 * @chunks one block; one task per block of `x1`, aligned with `x2`, and a tree above
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.array_equal.html
 *
 * @example
 * ```ts
 * await arrayEqual(asarray([1, 2]), [1, 2]).compute(); // → true
 * await arrayEqual(asarray([1, 1]), [1]).compute(); // → false
 * ```
 */
export function arrayEqual(x1: ChunkedArray, x2: Operand): ChunkedArray {
  checkArrays("arrayEqual", x1);
  const second: ChunkedArray = operandArray(x1, x2);
  if (sameShape(x1.shape, second.shape)) return all(equal(x1, second) as ChunkedArray);
  return x1.derive(dataNode(new Uint8Array(1), { dtype: "bool", shape: [] }));
}

/**
 * Whether two arrays have equal elements once one is stretched to the other's shape.
 *
 * @returns a bool without axes
 * @chunks one block; one task per block of `x1`, aligned with `x2`, and a tree above
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.array_equiv.html
 *
 * @example
 * ```ts
 * await arrayEquiv(asarray([[1, 2], [1, 2]]), [1, 2]).compute(); // → true
 * await arrayEquiv(asarray([1, 2]), [1, 2, 3]).compute(); // → false
 * ```
 */
export function arrayEquiv(x1: ChunkedArray, x2: Operand): ChunkedArray {
  checkArrays("arrayEquiv", x1);
  const second: ChunkedArray = operandArray(x1, x2);
  const fits = broadcasts(x1.shape, second.shape);
  if (fits) return all(equal(x1, second) as ChunkedArray);
  return x1.derive(dataNode(new Uint8Array(1), { dtype: "bool", shape: [] }));
}

/** Whether shapes broadcast together. */
function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  const rank = Math.min(a.length, b.length);
  return a.slice(a.length - rank).every((length, i) => {
    const other = b[b.length - rank + i] as number;
    return length === other || length === 1 || other === 1;
  });
}
