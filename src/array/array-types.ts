// What the compiler knows about arrays: ranks of results, and what compute() gives. Types only.
// Everything is a table that is indexed, not a condition: so the compiler sees that an array of
// known dtype and rank is an array of any dtype and rank.
import type { NdArray } from "ndarray";
import type { DType } from "../base/dtype.js";
import type { ShapeLike } from "./axes.js";

/** The typed array that holds elements of dtype `D`; booleans are 0 and 1. */
export type ElementsOf<D extends DType> = {
  readonly bool: Uint8Array;
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}[D];

/** One element of dtype `D` as a JavaScript value. */
export type ScalarOf<D extends DType> = {
  readonly bool: boolean;
  readonly uint8: number;
  readonly int32: number;
  readonly float32: number;
  readonly float64: number;
}[D];

interface ComputedByRank<D extends DType> {
  readonly [rank: number]: ScalarOf<D> | NdArray<ElementsOf<D>>;
  readonly 0: ScalarOf<D>;
  readonly 1: NdArray<ElementsOf<D>>;
  readonly 2: NdArray<ElementsOf<D>>;
  readonly 3: NdArray<ElementsOf<D>>;
  readonly 4: NdArray<ElementsOf<D>>;
  readonly 5: NdArray<ElementsOf<D>>;
  readonly 6: NdArray<ElementsOf<D>>;
  readonly 7: NdArray<ElementsOf<D>>;
  readonly 8: NdArray<ElementsOf<D>>;
}

/** What `compute()` gives for dtype `D` and rank `R`; either of two when the rank is not known. */
export type ComputedValue<D extends DType, R extends number> = ComputedByRank<D>[R];

/** The rank of a shape: its length where the compiler knows it. */
export type RankOf<S extends ShapeLike> = S extends readonly number[] ? S["length"] : 1;

interface OneLess {
  readonly [rank: number]: number;
  readonly 1: 0;
  readonly 2: 1;
  readonly 3: 2;
  readonly 4: 3;
  readonly 5: 4;
  readonly 6: 5;
  readonly 7: 6;
  readonly 8: 7;
}

interface OneMore {
  readonly [rank: number]: number;
  readonly 0: 1;
  readonly 1: 2;
  readonly 2: 3;
  readonly 3: 4;
  readonly 4: 5;
  readonly 5: 6;
  readonly 6: 7;
  readonly 7: 8;
}

/** The rank with one axis less. */
export type RankMinusOne<R extends number> = OneLess[R];

/** The rank with one axis more. */
export type RankPlusOne<R extends number> = OneMore[R];

interface RankRow {
  readonly [rank: number]: number;
}

interface Larger {
  readonly [rank: number]: RankRow;
  readonly 0: RankRow & {
    readonly 0: 0;
    readonly 1: 1;
    readonly 2: 2;
    readonly 3: 3;
    readonly 4: 4;
    readonly 5: 5;
    readonly 6: 6;
  };
  readonly 1: RankRow & {
    readonly 0: 1;
    readonly 1: 1;
    readonly 2: 2;
    readonly 3: 3;
    readonly 4: 4;
    readonly 5: 5;
    readonly 6: 6;
  };
  readonly 2: RankRow & {
    readonly 0: 2;
    readonly 1: 2;
    readonly 2: 2;
    readonly 3: 3;
    readonly 4: 4;
    readonly 5: 5;
    readonly 6: 6;
  };
  readonly 3: RankRow & {
    readonly 0: 3;
    readonly 1: 3;
    readonly 2: 3;
    readonly 3: 3;
    readonly 4: 4;
    readonly 5: 5;
    readonly 6: 6;
  };
  readonly 4: RankRow & {
    readonly 0: 4;
    readonly 1: 4;
    readonly 2: 4;
    readonly 3: 4;
    readonly 4: 4;
    readonly 5: 5;
    readonly 6: 6;
  };
  readonly 5: RankRow & {
    readonly 0: 5;
    readonly 1: 5;
    readonly 2: 5;
    readonly 3: 5;
    readonly 4: 5;
    readonly 5: 5;
    readonly 6: 6;
  };
  readonly 6: RankRow & {
    readonly 0: 6;
    readonly 1: 6;
    readonly 2: 6;
    readonly 3: 6;
    readonly 4: 6;
    readonly 5: 6;
    readonly 6: 6;
  };
}

/** The rank of two arrays broadcast together: the larger. */
export type BroadcastRank<A extends number, B extends number> = Larger[A][B];

interface Matmul {
  readonly [rank: number]: RankRow;
  readonly 1: RankRow & { readonly 1: 0; readonly 2: 1 };
  readonly 2: RankRow & { readonly 1: 1; readonly 2: 2 };
}

/** The rank of a matrix product: two matrices make a matrix, two vectors a number. */
export type MatmulRank<A extends number, B extends number> = Matmul[A][B];
