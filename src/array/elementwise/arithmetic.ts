// Elementwise arithmetic. The contract of all elementwise functions is verbs.ts.
import type { DType } from "../../base/dtype.js";
import { DTYPES } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { checkArrays, isScalar, type Operand } from "../layers/array-operands.js";
import { known, operandPair, type ShortFractional, shortFractional } from "./verb-arguments.js";
import { binaryVerb, unaryVerb } from "./verbs.js";

/**
 * The sum; of booleans, whether either is true. Integers wrap around.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.add.html
 * @example
 * const x = asarray([[1, 2], [3, 4]], { chunks: 1 });
 * await add(x, [10, 20]).compute(); // → [[11, 22], [13, 24]]
 * await add(asarray([127], { dtype: "int8" }), 1).compute(); // → [-128]
 */
export const add = binaryVerb("add");

/**
 * The difference. Unsigned integers wrap around.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for booleans
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.subtract.html
 * @example
 * await subtract(1, asarray([0.25, 2])).compute(); // → [0.75, -1]
 * await subtract(asarray([0], { dtype: "uint8" }), 1).compute(); // → [255]
 */
export const subtract = binaryVerb("subtract");

/**
 * The product; of booleans, whether both are true.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.multiply.html
 * @example
 * const column = asarray([[1], [2]]);
 * await multiply(column, asarray([3, 4])).compute(); // → [[3, 4], [6, 8]]
 * await multiply(asarray([{ re: 0, im: 1 }]), { re: 0, im: 1 }).compute(); // → [[-1, 0]]
 */
export const multiply = binaryVerb("multiply");

/**
 * The quotient, floating-point for integers too.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, float64 for integers and booleans, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.divide.html
 * @example
 * const x = divide(asarray([1, -1, 0], { dtype: "int32" }), 0);
 * x.dtype; // → "float64"
 * await x.compute(); // → [Infinity, -Infinity, NaN]
 */
export const divide = binaryVerb("divide");
export { divide as trueDivide };

/**
 * The quotient rounded down, also of negative numbers.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, int8 for booleans, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.floor_divide.html
 * @example await floorDivide(asarray([7, -7]), 2).compute(); // → [3, -4]
 */
export const floorDivide = binaryVerb("floorDivide");

/**
 * The remainder of {@link floorDivide}: it has the sign of the divisor. {@link fmod} has the
 * dividend's.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, int8 for booleans, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.remainder.html
 * @example
 * await remainder(asarray([7, -7]), 3).compute(); // → [1, 2]
 * await remainder(asarray([7, -7]), -3).compute(); // → [-2, -1]
 */
export const remainder = binaryVerb("remainder");
export { remainder as mod };

/**
 * The remainder with the sign of the dividend, as C and JavaScript have it. {@link remainder} has
 * the divisor's.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, int8 for booleans, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fmod.html
 * @example await fmod(asarray([7, -7]), 3).compute(); // → [1, -1]
 */
export const fmod = binaryVerb("fmod");

/**
 * The first to the power of the second. Integers stay integers: `argument.value` is thrown for a
 * negative whole number as their power. The powers -1, 0.5 and 2 are `reciprocal`, `sqrt` and
 * `square`, with their cost, and at -0 and -Infinity with their values, as in NumPy; the powers 3
 * and 4 are two products.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, int8 for booleans, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.pow.html
 * @example
 * await pow(asarray([2, 3], { dtype: "int32" }), 3).compute(); // → [8, 27]
 * await pow(asarray([4, -1]), 0.5).compute(); // → [2, NaN]
 */
export const pow = binaryVerb("pow");
export { pow as power };

/**
 * The value with its sign turned.
 *
 * @returns dtype and shape of `x`
 * @throws ArgumentError `argument.dtype` for booleans
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.negative.html
 * @example await negative(asarray([1, -2, 0])).compute(); // → [-1, 2, -0]
 */
export const negative = unaryVerb("negative");

/**
 * The value itself.
 *
 * @returns dtype and shape of `x`
 * @chunks those of `x`; no tasks
 * @throws ArgumentError `argument.dtype` for booleans
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.positive.html
 * @example await positive(asarray([-1, 2])).compute(); // → [-1, 2]
 */
export const positive = unaryVerb("positive");

/**
 * The distance from zero; real for complex numbers.
 *
 * @returns the dtype of `x`, of complex numbers that of their parts, in the shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.abs.html
 * @example
 * await abs(asarray([-2, -0])).compute(); // → [2, 0]
 * abs(asarray([{ re: 3, im: 4 }])).dtype; // → "float64"
 * await abs(asarray([{ re: 3, im: 4 }])).compute(); // → [5]
 */
export const abs = unaryVerb("abs");
export { abs as absolute };

/**
 * -1, 0 or 1 by the sign, NaN for NaN; of complex numbers, the direction from 0.
 *
 * @returns dtype and shape of `x`
 * @throws ArgumentError `argument.dtype` for booleans
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.sign.html
 * @example
 * await sign(asarray([-5, 0, 0.1, NaN])).compute(); // → [-1, 0, 1, NaN]
 * await sign(asarray([{ re: 0, im: -2 }])).compute(); // → [[0, -1]]
 */
export const sign = unaryVerb("sign");

/**
 * The value times itself.
 *
 * @returns the dtype of `x`, int8 for booleans, in the shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.square.html
 * @example await square(asarray([-3, 0.5])).compute(); // → [9, 0.25]
 */
export const square = unaryVerb("square");

/**
 * One over the value; of integers rounded towards 0: divide 1 by them where fractions count. 1 / 0
 * is infinite; in integers it is, as in NumPy, the least number of int32 and int64, and 0 of
 * others.
 *
 * @returns the dtype of `x`, int8 for booleans, in the shape of `x`
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.reciprocal.html
 * @example await reciprocal(asarray([4, -0])).compute(); // → [0.25, -Infinity]
 */
export const reciprocal = unaryVerb("reciprocal");

/**
 * The quotients rounded down and the remainders: {@link floorDivide} and {@link remainder}.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns two arrays of the broadcast shape and the promoted dtype, int8 for booleans
 * @chunks those of both, aligned; one task per block of each
 * @throws ArgumentError as {@link floorDivide}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.divmod.html
 * @example
 * const [quotient, rest] = divmod(asarray([7, -7]), 2);
 * await quotient.compute(); // → [3, -4]
 * await rest.compute(); // → [1, 1]
 */
export function divmod(x1: Operand, x2: Operand): [quotient: ChunkedArray, rest: ChunkedArray] {
  return [floorDivide(x1, x2), remainder(x1, x2)];
}

/**
 * The first to the power of the second, in floating point also for integers.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns complex128 where either is complex, float64 otherwise, in the broadcast shape (see
 * {@link BinaryVerb})
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError `argument.shape` when shapes do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.float_power.html
 * @example await floatPower(asarray([2, 4], { dtype: "int32" }), -1).compute(); // → [0.5, 0.25]
 */
export function floatPower(x1: Operand, x2: Operand): ChunkedArray {
  const [first, second] = operandPair(x1, x2, "floatPower");
  const wide = (x: ChunkedArray): ChunkedArray =>
    astype(x, DTYPES[x.dtype].kind === "complex" ? "complex128" : "float64");
  // A number stays one: some of them have short ways.
  return pow(isScalar(x1) ? x1 : wide(first), isScalar(x2) ? x2 : wide(second));
}

/**
 * The distance from zero, floating-point also for integers.
 *
 * @returns the dtype of `x`, of complex numbers that of their parts, for booleans and integers
 * float32 (up to 16 bits) or float64, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fabs.html
 * @example
 * fabs(asarray([-1], { dtype: "int32" })).dtype; // → "float64"
 * await fabs(asarray([-1, 2], { dtype: "int32" })).compute(); // → [1, 2]
 */
export function fabs<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ShortFractional<D, R> {
  checkArrays("fabs", x);
  return known(abs(shortFractional(x)));
}
