// Elementwise operations of two operands as methods: what each does, for editors and the API pages.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { BinaryDType, Operand, RankWith } from "../layers/array-operands.js";

/** The elementwise operations of an array and another operand as methods. Results are lazy. */
export interface BinaryMethods<D extends DType, R extends number> {
  /**
   * The sum; of booleans, whether either is true. Integers wrap around. See {@link add}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([1, 2]).add([10, 20]).compute(); // → [11, 22]
   */
  add<O extends Operand>(other: O): ChunkedArray<BinaryDType<"add", D, O>, RankWith<R, O>>;
  /**
   * The difference: `other` taken away. Unsigned integers wrap around. See {@link subtract}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([1, 2]).subtract(0.5).compute(); // → [0.5, 1.5]
   */
  subtract<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"subtract", D, O>, RankWith<R, O>>;
  /**
   * The product; of booleans, whether both are true. See {@link multiply}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([[1], [2]]).multiply([3, 4]).compute(); // → [[3, 4], [6, 8]]
   */
  multiply<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"multiply", D, O>, RankWith<R, O>>;
  /**
   * The quotient, floating-point for integers too. See {@link divide}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, float64 for integers and booleans, in the broadcast shape
   * @example
   * await asarray([1, -1, 0], { dtype: "int32" }).divide(2).compute(); // → [0.5, -0.5, 0]
   */
  divide<O extends Operand>(other: O): ChunkedArray<BinaryDType<"divide", D, O>, RankWith<R, O>>;
  /**
   * The quotient rounded down, also of negative numbers. See {@link floorDivide}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, int8 for booleans, in the broadcast shape
   * @example await asarray([7, -7]).floorDivide(2).compute(); // → [3, -4]
   */
  floorDivide<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"floorDivide", D, O>, RankWith<R, O>>;
  /**
   * The remainder of `floorDivide`: it has the sign of `other`. See {@link remainder}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, int8 for booleans, in the broadcast shape
   * @example await asarray([7, -7]).remainder(3).compute(); // → [1, 2]
   */
  remainder<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"remainder", D, O>, RankWith<R, O>>;
  /**
   * The number to the power of `other`. See {@link pow}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, int8 for booleans, in the broadcast shape
   * @example await asarray([4, -1]).pow(0.5).compute(); // → [2, NaN]
   */
  pow<O extends Operand>(other: O): ChunkedArray<BinaryDType<"pow", D, O>, RankWith<R, O>>;
  /**
   * The larger of both; NaN when either is. See {@link maximum}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([1, NaN, 3]).maximum(2).compute(); // → [2, NaN, 3]
   */
  maximum<O extends Operand>(other: O): ChunkedArray<BinaryDType<"maximum", D, O>, RankWith<R, O>>;
  /**
   * The smaller of both; NaN when either is. See {@link minimum}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([1, NaN, 3]).minimum(2).compute(); // → [1, NaN, 2]
   */
  minimum<O extends Operand>(other: O): ChunkedArray<BinaryDType<"minimum", D, O>, RankWith<R, O>>;
  /**
   * log(exp(x) + exp(other)) without overflow: adds probabilities kept as logarithms.
   * See {@link logaddexp}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, for booleans and integers a float, in the broadcast shape
   * @example await asarray([1000]).logaddexp(1000).compute(); // → ≈ [1000.6931]
   */
  logaddexp<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"logaddexp", D, O>, RankWith<R, O>>;
  /**
   * The angle of the point (`other`, x) in the plane, in [-π, π]. See {@link atan2}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, for booleans and integers a float, in the broadcast shape
   * @example await asarray([0, -0]).atan2(-1).compute(); // → [Math.PI, -Math.PI]
   */
  atan2<O extends Operand>(other: O): ChunkedArray<BinaryDType<"atan2", D, O>, RankWith<R, O>>;
  /**
   * The length of the vector (x, `other`), without overflow on the way. See {@link hypot}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, for booleans and integers a float, in the broadcast shape
   * @example await asarray([3, 3e200]).hypot([4, 4e200]).compute(); // → ≈ [5, 5e200]
   */
  hypot<O extends Operand>(other: O): ChunkedArray<BinaryDType<"hypot", D, O>, RankWith<R, O>>;
  /**
   * The magnitude of the element with the sign of `other`, also of a zero. See {@link copysign}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, for booleans and integers a float, in the broadcast shape
   * @example await asarray([1, -2]).copysign([-0, 3]).compute(); // → [-1, 2]
   */
  copysign<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"copysign", D, O>, RankWith<R, O>>;
  /**
   * Whether both are equal. NaN equals nothing, -0 equals 0. See {@link equal}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([1, NaN, -0]).equal([1, NaN, 0]).compute(); // → [1, 0, 1]
   */
  equal<O extends Operand>(other: O): ChunkedArray<BinaryDType<"equal", D, O>, RankWith<R, O>>;
  /**
   * Whether they differ; NaN differs from itself. See {@link notEqual}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([1, NaN]).notEqual([1, NaN]).compute(); // → [0, 1]
   */
  notEqual<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"notEqual", D, O>, RankWith<R, O>>;
  /**
   * Whether the element is less than `other`; never where either is NaN. See {@link less}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([1, 2, NaN]).less(2).compute(); // → [1, 0, 0]
   */
  less<O extends Operand>(other: O): ChunkedArray<BinaryDType<"less", D, O>, RankWith<R, O>>;
  /**
   * Whether the element is less than or equal to `other`; never where either is NaN.
   * See {@link lessEqual}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([1, 2, 3]).lessEqual(2).compute(); // → [1, 1, 0]
   */
  lessEqual<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"lessEqual", D, O>, RankWith<R, O>>;
  /**
   * Whether the element is greater than `other`; never where either is NaN. See {@link greater}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([1, 2, NaN]).greater(1).compute(); // → [0, 1, 0]
   */
  greater<O extends Operand>(other: O): ChunkedArray<BinaryDType<"greater", D, O>, RankWith<R, O>>;
  /**
   * Whether the element is greater than or equal to `other`; never where either is NaN.
   * See {@link greaterEqual}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([1, 2, 3]).greaterEqual(2).compute(); // → [0, 1, 1]
   */
  greaterEqual<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"greaterEqual", D, O>, RankWith<R, O>>;
  /**
   * Whether both are true; numbers count as true unless they are 0. See {@link logicalAnd}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([2, 0, NaN]).logicalAnd(true).compute(); // → [1, 0, 1]
   */
  logicalAnd<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"logicalAnd", D, O>, RankWith<R, O>>;
  /**
   * Whether either is true; numbers count as true unless they are 0. See {@link logicalOr}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([true, false]).logicalOr([0, 0]).compute(); // → [1, 0]
   */
  logicalOr<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"logicalOr", D, O>, RankWith<R, O>>;
  /**
   * Whether exactly one is true; numbers count as true unless they are 0.
   * See {@link logicalXor}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns bool, in the broadcast shape
   * @example await asarray([3, 0]).logicalXor(5).compute(); // → [0, 1]
   */
  logicalXor<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"logicalXor", D, O>, RankWith<R, O>>;
  /**
   * The bits set in both, of integers or booleans. See {@link bitwiseAnd}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([12, 10], { dtype: "uint8" }).bitwiseAnd(6).compute(); // → [4, 2]
   */
  bitwiseAnd<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"bitwiseAnd", D, O>, RankWith<R, O>>;
  /**
   * The bits set in either, of integers or booleans. See {@link bitwiseOr}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([12, 10], { dtype: "uint8" }).bitwiseOr(3).compute(); // → [15, 11]
   */
  bitwiseOr<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"bitwiseOr", D, O>, RankWith<R, O>>;
  /**
   * The bits set in exactly one, of integers or booleans. See {@link bitwiseXor}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([12, 10], { dtype: "uint8" }).bitwiseXor(6).compute(); // → [10, 12]
   */
  bitwiseXor<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"bitwiseXor", D, O>, RankWith<R, O>>;
  /**
   * The bits moved up by `other`; bits beyond the dtype are lost. See {@link bitwiseLeftShift}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, int8 for booleans, in the broadcast shape
   * @example
   * await asarray([1, 200], { dtype: "uint8" }).bitwiseLeftShift(1).compute(); // → [2, 144]
   */
  bitwiseLeftShift<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"bitwiseLeftShift", D, O>, RankWith<R, O>>;
  /**
   * The bits moved down by `other`, keeping the sign. See {@link bitwiseRightShift}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, int8 for booleans, in the broadcast shape
   * @example
   * await asarray([8, -8], { dtype: "int8" }).bitwiseRightShift(1).compute(); // → [4, -4]
   */
  bitwiseRightShift<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"bitwiseRightShift", D, O>, RankWith<R, O>>;
  /**
   * The greatest common divisor of integers, never negative. See {@link gcd}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([12, -18], { dtype: "int32" }).gcd(8).compute(); // → [4, 2]
   */
  gcd<O extends Operand>(other: O): ChunkedArray<BinaryDType<"gcd", D, O>, RankWith<R, O>>;
  /**
   * The least common multiple of integers; 0 where either is 0. See {@link lcm}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([12, -18], { dtype: "int32" }).lcm(8).compute(); // → [24, 72]
   */
  lcm<O extends Operand>(other: O): ChunkedArray<BinaryDType<"lcm", D, O>, RankWith<R, O>>;
  /**
   * The remainder with the sign of the element, as JavaScript's `%`. See {@link fmod}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, int8 for booleans, in the broadcast shape
   * @example await asarray([7, -7]).fmod(3).compute(); // → [1, -1]
   */
  fmod<O extends Operand>(other: O): ChunkedArray<BinaryDType<"fmod", D, O>, RankWith<R, O>>;
  /**
   * Heaviside's step: 0 below zero, 1 above, `other` at zero. See {@link heaviside}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, for booleans and integers a float, in the broadcast shape
   * @example await asarray([-1.5, 0, 2]).heaviside(0.5).compute(); // → [0, 0.5, 1]
   */
  heaviside<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"heaviside", D, O>, RankWith<R, O>>;
  /**
   * The next floating-point number from the element towards `other`. See {@link nextafter}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, for booleans and integers a float, in the broadcast shape
   * @example await asarray([1]).nextafter(2).compute(); // → [1 + Number.EPSILON]
   */
  nextafter<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"nextafter", D, O>, RankWith<R, O>>;
  /**
   * The number times 2 to the power of `other`, rounded once. See {@link ldexp}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the dtype of the array, for booleans and integers a float, in the broadcast shape
   * @example await asarray([0.5, 3]).ldexp([4, -1]).compute(); // → [8, 1.5]
   */
  ldexp<O extends Operand>(other: O): ChunkedArray<BinaryDType<"ldexp", D, O>, RankWith<R, O>>;
  /**
   * The regularized upper incomplete gamma function Q(x, `other`), 1 where `other` is 0.
   * See {@link gammaincc}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, float64 for integers and booleans, in the broadcast shape
   * @example await asarray([1, 1]).gammaincc([0, Math.LN2]).compute(); // → ≈ [1, 0.5]
   */
  gammaincc<O extends Operand>(
    other: O,
  ): ChunkedArray<BinaryDType<"gammaincc", D, O>, RankWith<R, O>>;
  /**
   * A shorter name of `subtract`: the difference. See {@link subtract}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([1, 2]).sub(0.5).compute(); // → [0.5, 1.5]
   */
  sub<O extends Operand>(other: O): ChunkedArray<BinaryDType<"subtract", D, O>, RankWith<R, O>>;
  /**
   * A shorter name of `multiply`: the product. See {@link multiply}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, in the broadcast shape
   * @example await asarray([1, 2]).mul(3).compute(); // → [3, 6]
   */
  mul<O extends Operand>(other: O): ChunkedArray<BinaryDType<"multiply", D, O>, RankWith<R, O>>;
  /**
   * A shorter name of `divide`: the quotient. See {@link divide}.
   *
   * @param other a value, a list or an array; shapes broadcast
   * @returns the promoted dtype, float64 for integers and booleans, in the broadcast shape
   * @example await asarray([1, 2]).div(2).compute(); // → [0.5, 1]
   */
  div<O extends Operand>(other: O): ChunkedArray<BinaryDType<"divide", D, O>, RankWith<R, O>>;
}
