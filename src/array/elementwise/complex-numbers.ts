// Parts and angles of complex numbers.
import type { DType } from "../../base/dtype.js";
import type { RealPart, ShortFloating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { equal, notEqual } from "./comparison.js";
import { atan2 } from "./trigonometry.js";
import { known, type Truth } from "./verb-arguments.js";
import { unaryVerb } from "./verbs.js";

/**
 * The real part; real numbers are returned unchanged.
 *
 * @returns the dtype of `x`, of complex numbers that of their parts, in the shape of `x`
 * @chunks those of `x`; one task per block, none for real numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.real.html
 * @example
 * const x = real(asarray([{ re: 1, im: 2 }]));
 * x.dtype; // → "float64"
 * await x.compute(); // → [1]
 */
export const real = unaryVerb("real");

/**
 * The imaginary part; 0 for real numbers.
 *
 * @returns the dtype of `x`, of complex numbers that of their parts, in the shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.imag.html
 * @example
 * await imag(asarray([{ re: 1, im: 2 }])).compute(); // → [2]
 * await imag(asarray([5])).compute(); // → [0]
 */
export const imag = unaryVerb("imag");

/**
 * The complex conjugate: the imaginary part with its sign turned. Real numbers are returned
 * unchanged.
 *
 * @returns the dtype of `x`, int8 for booleans, in the shape of `x`
 * @chunks those of `x`; one task per block, none for real numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.conj.html
 * @example await conj(asarray([{ re: 1, im: 2 }])).compute(); // → [[1, -2]]
 */
export const conj = unaryVerb("conj");
export { conj as conjugate };

/**
 * The angle of each complex number in the plane, in [-π, π]; of real numbers, 0 or π.
 *
 * @returns float32 for float32, complex64, booleans and integers of up to 16 bits, float64 for all
 * others, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.angle.html
 * @example
 * await angle(asarray([{ re: 0, im: 2 }])).compute(); // → [Math.PI / 2]
 * await angle(asarray([3, -3])).compute(); // → [0, Math.PI]
 */
export function angle<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<RealPart<ShortFloating<D>>, R> {
  checkArrays("angle", x);
  return known(atan2(imag(x), real(x)));
}

/**
 * Whether the imaginary part is 0.
 *
 * @returns bool, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isreal.html
 * @example await isreal(asarray([{ re: 1, im: 0 }, { re: 1, im: 2 }])).compute(); // → [1, 0]
 */
export function isreal<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  checkArrays("isreal", x);
  return known(equal(imaginary(x), 0));
}

/**
 * Whether the imaginary part is not 0.
 *
 * @returns bool, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.iscomplex.html
 * @example await iscomplex(asarray([{ re: 1, im: 0 }, { re: 1, im: 2 }])).compute(); // → [0, 1]
 */
export function iscomplex<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  checkArrays("iscomplex", x);
  return known(notEqual(imaginary(x), 0));
}

function imaginary(x: ChunkedArray): ChunkedArray {
  return imag(x);
}
