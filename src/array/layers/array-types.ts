// Static types of arrays: ranks of results, and the value of compute(). Types only.
// Everything is a table that is indexed, not a condition: so the compiler sees that an array of
// known dtype and rank is an array of any dtype and rank.
import type { NdArray } from "ndarray";
import type { Complex, DType, Scalar, TypedArray } from "../../base/dtype.js";
import type { ShapeLike } from "../chunks/axes.js";

/**
 * The typed array that holds elements of dtype `D`; booleans are 0 and 1, complex numbers have
 * their real and imaginary parts side by side.
 */
export type ElementsOf<D extends DType> = {
  readonly bool: Uint8Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array<ArrayBuffer>;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array<ArrayBuffer>;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly complex64: Float32Array;
  readonly complex128: Float64Array;
}[D];

/** One element of dtype `D` as a JavaScript value. */
export type ScalarOf<D extends DType> = {
  readonly bool: boolean;
  readonly int8: number;
  readonly int16: number;
  readonly int32: number;
  readonly int64: bigint;
  readonly uint8: number;
  readonly uint16: number;
  readonly uint32: number;
  readonly uint64: bigint;
  readonly float32: number;
  readonly float64: number;
  readonly complex64: Complex;
  readonly complex128: Complex;
}[D];

/** Elements as nested lists, as deep as the rank `R`. */
export type NestedElements<D extends DType, R extends number> = {
  readonly [rank: number]: NestedList<ScalarOf<D>>;
  readonly 1: ScalarOf<D>[];
  readonly 2: ScalarOf<D>[][];
  readonly 3: ScalarOf<D>[][][];
}[R];

/** Lists of lists, of any depth. */
export type NestedList<T> = (T | NestedList<T>)[];

/**
 * The elements of an array as an ndarray: `get(i, j)` is one of them, `data` has all, row after
 * row. The console shows them as NumPy would.
 */
export interface ComputedArray<D extends DType, R extends number = number>
  extends NdArray<ElementsOf<D>> {
  /** The elements as nested lists: booleans of bool, `{ re, im }` of complex numbers. */
  toArray(): NestedElements<D, R>;
  lo(...starts: number[]): ComputedArray<D, R>;
  hi(...lengths: number[]): ComputedArray<D, R>;
  step(...steps: number[]): ComputedArray<D, R>;
  transpose(...order: number[]): ComputedArray<D, R>;
  pick(...positions: (number | null)[]): ComputedArray<D>;
  /** Returns the JSON form: nested lists. BigInts become numbers, or text if they are too large. */
  toJSON(): unknown;
}

/** The value of `compute()` for dtype `D` and rank `R`; a union if the rank is unknown. */
export type ComputedValue<D extends DType, R extends number> = {
  readonly [rank: number]: ScalarOf<D> | ComputedArray<D>;
  readonly 0: ScalarOf<D>;
  readonly 1: ComputedArray<D, 1>;
  readonly 2: ComputedArray<D, 2>;
  readonly 3: ComputedArray<D, 3>;
  readonly 4: ComputedArray<D, 4>;
  readonly 5: ComputedArray<D, 5>;
  readonly 6: ComputedArray<D, 6>;
  readonly 7: ComputedArray<D, 7>;
  readonly 8: ComputedArray<D, 8>;
}[R];

/** The dtype of an array of one scalar. */
export type ScalarDType<V> = V extends boolean
  ? "bool"
  : V extends number
    ? "float64"
    : V extends bigint
      ? "int64" | "uint64"
      : V extends Complex
        ? "complex128"
        : DType;

/** The dtype of an array of values that the caller holds, as far as the compiler knows. */
export type DataDType<V> = V extends Scalar
  ? ScalarDType<V>
  : V extends TypedArray | Uint8ClampedArray
    ? TypedArrayDType<V>
    : V extends readonly (infer Row)[]
      ? Row extends readonly (infer Item)[]
        ? ScalarDType<Item>
        : ScalarDType<Row>
      : V extends NdArray<infer Data>
        ? Data extends TypedArray
          ? TypedArrayDType<Data>
          : DType
        : DType;

/** The dtype of the elements of a typed array. */
export type TypedArrayDType<V> = V extends Int8Array
  ? "int8"
  : V extends Int16Array
    ? "int16"
    : V extends Int32Array
      ? "int32"
      : V extends BigInt64Array
        ? "int64"
        : V extends Uint8Array | Uint8ClampedArray
          ? "uint8"
          : V extends Uint16Array
            ? "uint16"
            : V extends Uint32Array
              ? "uint32"
              : V extends BigUint64Array
                ? "uint64"
                : V extends Float32Array
                  ? "float32"
                  : "float64";

/** The rank of an array of values that the caller holds, as far as the compiler knows. */
export type DataRank<V> = V extends Scalar
  ? 0
  : V extends TypedArray
    ? 1
    : V extends readonly (infer Row)[]
      ? Row extends readonly (infer Item)[]
        ? Item extends Scalar
          ? 2
          : number
        : 1
      : number;

/** The rank of a shape: its length where the compiler knows it. */
export type RankOf<S extends ShapeLike> = S extends readonly number[] ? S["length"] : 1;

/** The rank with one axis less. */
export type RankMinusOne<R extends number> = {
  readonly [rank: number]: number;
  readonly 1: 0;
  readonly 2: 1;
  readonly 3: 2;
  readonly 4: 3;
  readonly 5: 4;
  readonly 6: 5;
  readonly 7: 6;
  readonly 8: 7;
}[R];

/** The rank with one axis more. */
export type RankPlusOne<R extends number> = {
  readonly [rank: number]: number;
  readonly 0: 1;
  readonly 1: 2;
  readonly 2: 3;
  readonly 3: 4;
  readonly 4: 5;
  readonly 5: 6;
  readonly 6: 7;
  readonly 7: 8;
}[R];

/** One row of a table of ranks. */
export interface RankRow {
  readonly [rank: number]: number;
}

/** The rank of two arrays broadcast together: the larger. */
export type BroadcastRank<A extends number, B extends number> = {
  readonly [rank: number]: RankRow;
  readonly 0: RankRow & { 0: 0; 1: 1; 2: 2; 3: 3; 4: 4; 5: 5; 6: 6 };
  readonly 1: RankRow & { 0: 1; 1: 1; 2: 2; 3: 3; 4: 4; 5: 5; 6: 6 };
  readonly 2: RankRow & { 0: 2; 1: 2; 2: 2; 3: 3; 4: 4; 5: 5; 6: 6 };
  readonly 3: RankRow & { 0: 3; 1: 3; 2: 3; 3: 3; 4: 4; 5: 5; 6: 6 };
  readonly 4: RankRow & { 0: 4; 1: 4; 2: 4; 3: 4; 4: 4; 5: 5; 6: 6 };
  readonly 5: RankRow & { 0: 5; 1: 5; 2: 5; 3: 5; 4: 5; 5: 5; 6: 6 };
  readonly 6: RankRow & { 0: 6; 1: 6; 2: 6; 3: 6; 4: 6; 5: 6; 6: 6 };
}[A][B];

/** The rank of a matrix product: two matrices make a matrix, two vectors a number. */
export type MatmulRank<A extends number, B extends number> = {
  readonly [rank: number]: RankRow;
  readonly 1: RankRow & { readonly 1: 0; readonly 2: 1 };
  readonly 2: RankRow & { readonly 1: 1; readonly 2: 2 };
}[A][B];

/** A constraint on an inferred options type: the options of `Options`, and no others. */
export type OnlyKnown<Options, O> = Options & {
  readonly [Unknown in Exclude<keyof O, keyof Options>]: never;
};
