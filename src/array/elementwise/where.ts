// Elements chosen by conditions. Elements that a condition takes out are compress.ts.
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import {
  checkArrays,
  checkReal,
  firstArray,
  type MeetDType,
  type MeetRank,
  type Operand,
  type RankWith,
} from "../layers/array-operands.js";
import { inRange } from "../layers/assert-layer.js";
import { checkArrayList, checkList, checkWord } from "../layers/check-arguments.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { remainder } from "./arithmetic.js";
import { equal, lessEqual } from "./comparison.js";

/**
 * Elements of `x` where `condition` is true, of `y` elsewhere.
 *
 * @param condition booleans, or numbers that count as true unless 0; broadcasts with the others
 * @returns the promoted dtype of `x` and `y` in the broadcast shape
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.shape` when the three do not broadcast
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.where.html
 * @example
 * const x = asarray([-1, 2, -3]);
 * await where(greater(x, 0), x, 0).compute(); // → [0, 2, 0]
 */
export function where<C extends Operand, A extends Operand, B extends Operand>(
  condition: C,
  x: A,
  y: B,
): ChunkedArray<MeetDType<A, B>, RankWith<MeetRank<A, B>, C>> {
  const operands: readonly unknown[] = [condition, x, y];
  const missing = operands.indexOf(undefined);
  if (missing >= 0) {
    const text = `argument ${missing + 1} of where is undefined: write where(condition, x, y), or argwhere(condition) for positions`;
    throw new ArgumentError("value", text);
  }
  return elementwise("where", [condition, x, y]) as ChunkedArray as never;
}

/**
 * For each element, the choice of the first condition that holds.
 *
 * @param conditions booleans
 * @param choices as many as conditions
 * @param otherwise where no condition holds; default: 0
 * @returns the promoted dtype of the choices in the broadcast shape
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.value` when there are not as many choices as conditions,
 * `argument.shape` when they do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.select.html
 * @example
 * const x = arange(5);
 * await select([x.less(2), x.less(4)], [x, x.mul(10)], -1).compute(); // → [0, 1, 20, 30, -1]
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
  /**
   * How numbers without a choice are handled: an error, counted modulo the number of choices, or
   * clipped to the nearest one; default: `"raise"`.
   */
  readonly mode?: "raise" | "wrap" | "clip";
}

/**
 * For each element, the choice whose number `which` holds.
 *
 * @param which integers from 0 to before how many choices there are; others fail when they are
 * computed, unless the mode is `"wrap"` or `"clip"`
 * @returns the promoted dtype of the choices in the broadcast shape
 * @chunks those of all operands, aligned; one task per block, and one per block of numbers that are
 * checked
 * @throws ArgumentError `argument.value` for no choices or an unknown mode, `argument.shape` when
 * they do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.choose.html
 * @example await choose(asarray([0, 1, 0]), [[1, 2, 3], [10, 20, 30]]).compute(); // → [1, 20, 3]
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
 * Different functions of `x` on different parts of it; where several conditions hold, the last
 * counts.
 *
 * @param conditions booleans in the shape of `x`
 * @param pieces numbers or functions of chunked arrays, as many as conditions, or one more for the
 * rest
 * @returns shape and dtype of `x`
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.value` when there are not as many pieces as conditions
 * @see https://numpy.org/doc/stable/reference/generated/numpy.piecewise.html
 * @example
 * const x = asarray([-2, -1, 3]);
 * await piecewise(x, [x.less(0)], [(y) => y.negative(), 100]).compute(); // → [2, 1, 100]
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

/** Numbers of choices, checked to be in range; `"clip"` then compares them. */
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
