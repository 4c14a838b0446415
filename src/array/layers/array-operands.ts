// Operands of array functions: chunked arrays, scalars, values in memory, and the compiler's
// knowledge of the result. elementwise-layer.ts makes layers from them.

import {
  type Complex,
  type DType,
  isComplex,
  isComplexValue,
  type Scalar,
} from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import type {
  Complexified,
  Floating,
  Numeric,
  Promote,
  PromoteFloating,
  PromoteNumeric,
  PromoteScalar,
  PromoteShortFloating,
  RealPart,
  ShortFloating,
} from "../../base/promotion.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { Operation, OperationTable } from "../../graph/model/operations.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type ArrayData, isArrayData } from "./array-data.js";
import type { BroadcastRank } from "./array-types.js";
import { dataNode } from "./source-layer.js";

/** A further operand of an operation on arrays. */
export type Operand = ChunkedArray | ArrayData;

/** An array's node, or a scalar that bends to the arrays it meets. */
export type ResolvedOperand = { readonly node: LayerNode } | { readonly scalar: Scalar };

/** The dtype of an array of dtype `D` together with an operand, as far as the compiler knows. */
export type DTypeWith<D extends DType, O> =
  O extends ChunkedArray<infer D2, number>
    ? Promote<D, D2>
    : O extends Scalar
      ? PromoteScalar<D, O>
      : DType;

/** The same for arithmetic that truth values have no part in. */
export type NumericWith<D extends DType, O> =
  O extends ChunkedArray<infer D2, number>
    ? PromoteNumeric<D, D2>
    : O extends boolean
      ? Numeric<D>
      : O extends Scalar
        ? PromoteScalar<D, O>
        : DType;

/** The same for quotients, whose dtype has fractions. */
export type FloatingWith<D extends DType, O> =
  O extends ChunkedArray<infer D2, number>
    ? PromoteFloating<D, D2>
    : O extends Complex
      ? Complexified<D>
      : O extends Scalar
        ? Floating<D>
        : "float32" | "float64" | "complex64" | "complex128";

/** The same for functions such as `atan2`. */
export type ShortFloatingWith<D extends DType, O> =
  O extends ChunkedArray<infer D2, number>
    ? PromoteShortFloating<D, D2>
    : O extends Complex
      ? Complexified<D>
      : O extends Scalar
        ? ShortFloating<D> | Floating<D>
        : "float32" | "float64" | "complex64" | "complex128";

/** The dtype of the result of operation `K` on an array of dtype `D` and another operand. */
export type BinaryDType<K extends Operation, D extends DType, O> = {
  readonly same: DTypeWith<D, O>;
  readonly number: NumericWith<D, O>;
  readonly rounded: DTypeWith<D, O>;
  readonly float: ShortFloatingWith<D, O>;
  readonly first: ShortFloating<D>;
  readonly quotient: FloatingWith<D, O>;
  readonly real: RealPart<DTypeWith<D, O>>;
  readonly bool: "bool";
}[OperationTable[K]["result"]];

/** The dtype of the result of operation `K` on an array of dtype `D`. */
export type UnaryDType<K extends Operation, D extends DType> = {
  readonly same: D;
  readonly number: Numeric<D>;
  readonly rounded: D extends "bool" ? "float32" : D;
  readonly float: ShortFloating<D>;
  readonly first: ShortFloating<D>;
  readonly quotient: Floating<D>;
  readonly real: RealPart<D>;
  readonly bool: "bool";
}[OperationTable[K]["result"]];

/** The rank of an array of rank `R` together with an operand, as far as the compiler knows. */
export type RankWith<R extends number, O> = BroadcastRank<R, RankOfOperand<O>>;

/** The rank of an operand. */
export type RankOfOperand<O> =
  O extends ChunkedArray<DType, infer R> ? R : O extends Scalar ? 0 : number;

/** The dtype of two operands together, as far as the compiler knows. */
export type MeetDType<A, B> =
  A extends ChunkedArray<infer D, number>
    ? DTypeWith<D, B>
    : B extends ChunkedArray<infer D, number>
      ? DTypeWith<D, A>
      : DType;

/** The rank of two operands together, as far as the compiler knows. */
export type MeetRank<A, B> = RankWith<RankOfOperand<A>, B>;

/** The dtype of the result of operation `K` on two operands. */
export type MeetResult<K extends Operation, A, B> =
  A extends ChunkedArray<infer D, number>
    ? BinaryDType<K, D, B>
    : B extends ChunkedArray<infer D, number>
      ? OperationTable[K]["result"] extends "first"
        ? DType
        : BinaryDType<K, D, A>
      : DType;

/**
 * Whether `value` is a chunked array; recognised by its methods, since operations must not import
 * the class.
 */
export function isChunkedArray(value: unknown): value is ChunkedArray {
  return typeof value === "object" && value !== null && "node" in value && "derive" in value;
}

/** The first chunked array among `operands`, from which results are derived. */
export function firstArray(operands: readonly unknown[], what: string): ChunkedArray {
  const found = operands.find(isChunkedArray);
  if (found !== undefined) return found;
  throw new ArgumentError(
    "value",
    `${what} needs a chunked array: pass one of the values through asarray(…)`,
  );
}

/**
 * Checks that the arguments are chunked arrays.
 *
 * @throws ArgumentError `argument.value` naming the value
 */
export function checkArrays(what: string, ...arrays: readonly unknown[]): void {
  const wrong = arrays.findIndex((x) => !isChunkedArray(x));
  if (wrong < 0) return;
  throw new ArgumentError(
    "value",
    `${what} was given ${described(arrays[wrong])} for an array: expected a chunked array; asarray(…) makes one of ` +
      "values",
  );
}

/**
 * Sees to it that arrays are of real numbers.
 *
 * @param what what takes them, as the user called it
 * @throws ArgumentError `argument.dtype`
 */
export function checkReal(what: string, ...arrays: readonly ChunkedArray[]): void {
  const dtype = arrays.map((x) => x.dtype).find(isComplex);
  if (dtype === undefined) return;
  const text = `${what} does not take ${dtype}: take abs, real or imag first`;
  throw new ArgumentError("dtype", text, { dtype });
}

/** Describes a value in a few words, for error messages. */
function described(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : kindOf(value);
}

/**
 * The operand as a node or a scalar.
 *
 * @throws ArgumentError `argument.value` when no array can be made from it.
 */
export function resolveOperand(operand: Operand): ResolvedOperand {
  if (isScalar(operand)) return { scalar: operand };
  if (isChunkedArray(operand)) return { node: operand.node };
  if (isArrayData(operand)) return { node: dataNode(operand) };
  throw new ArgumentError(
    "value",
    `an operand is ${described(operand)}: expected a chunked array, a ` +
      "number, a BigInt, a boolean, { re, im }, an ndarray or nested lists",
  );
}

/** `values` as an array: themselves, or values in memory converted for an operation with `x`. */
export function operandArray(x: ChunkedArray, values: Operand): ChunkedArray {
  return isChunkedArray(values) ? values : x.derive(dataNode(values));
}

/** Whether `value` is one element, which bends to the arrays that it meets. */
export function isScalar(value: unknown): value is Scalar {
  const isPrimitive = ["number", "bigint", "boolean"].includes(typeof value);
  return isPrimitive || isComplexValue(value);
}
