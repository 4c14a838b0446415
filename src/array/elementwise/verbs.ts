// How an elementwise operation becomes a function, and the contract of these functions: the tags of
// the type hold for each function without tags of its own. The table of operations is
// graph/model/operations.ts, how they become layers ../layers/elementwise-layer.ts.
import type { DType } from "../../base/dtype.js";
import type { Operation } from "../../graph/model/operations.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { MeetRank, MeetResult, Operand, UnaryDType } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";

/**
 * An operation on one array, element by element; each function documents its value and its dtype.
 * The result has the shape and the chunks of `x`, unknown lengths too, and is lazy: one task per
 * block, or none where it joins the layers around it. The method `x.sin()` is `sin(x)`.
 *
 * Special values (NaN, ±0, infinities, complex ones) are those of the array API standard and C99,
 * and do not depend on the chunks. ArgumentError `argument.dtype` lists the accepted dtypes if that
 * of `x` is none of them.
 *
 * @chunks those of `x`; one task per block
 * @throws nothing
 */
export type UnaryVerb<K extends Operation> = <D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
) => ChunkedArray<UnaryDType<K, D>, R>;

/**
 * An operation on two operands, of which at least one is a chunked array: shapes broadcast, dtypes
 * are promoted, and where chunks differ both are cut at all boundaries. The other operand may be a
 * number, a boolean, an ndarray, a typed array or nested lists; as may a BigInt and `{ re, im }`. A
 * single value takes the dtype of the array that it meets, where that can hold it.
 *
 * Lazy: one task per block of the result, or none where it joins the layers around it; and the
 * tasks of a rechunk where chunks differ. The method `x.add(y)` is `add(x, y)`. ArgumentError is
 * thrown with `argument.shape` when shapes do not broadcast, `argument.dtype` for dtypes that are
 * not taken, `argument.value` for a single value that the dtype cannot hold, `argument.chunks`
 * where axes of unknown lengths are cut differently.
 *
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError `argument.shape` when shapes do not broadcast
 */
export type BinaryVerb<K extends Operation> = <A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
) => ChunkedArray<MeetResult<K, A, B>, MeetRank<A, B>>;

/** The function of the operation `op` of one array. */
export function unaryVerb<K extends Operation>(op: K): UnaryVerb<K> {
  return ((x: Operand) => elementwise(op, [x])) as UnaryVerb<K>;
}

/** The function of the operation `op` of two operands. */
export function binaryVerb<K extends Operation>(op: K): BinaryVerb<K> {
  return ((x1: Operand, x2: Operand) => elementwise(op, [x1, x2])) as BinaryVerb<K>;
}
