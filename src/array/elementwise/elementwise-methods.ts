// The elementwise operations as methods, from the table of operations: `x.add(y)` is `add(x, y)`.
// The functions are elementwise/elementwise.ts.
import type { DType } from "../../base/dtype.js";
import { OPERATIONS, type Operation, type OperationTable } from "../../graph/model/operations.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { BinaryDType, Operand, RankWith, UnaryDType } from "../layers/array-operands.js";

/** Shorter names of methods for the four kinds of arithmetic. */
const ALIASES = { sub: "subtract", mul: "multiply", div: "divide" } as const satisfies Record<
  string,
  Operation
>;

const OPERATION_NAMES = Object.keys(OPERATIONS) as Operation[];

/** Operations of one array that take more as methods: those are ChunkedArray's own. */
type Own = "round";

type UnaryMethods<D extends DType, R extends number> = {
  readonly [K in Exclude<Operation, Own> as OperationTable[K]["arity"] extends 1
    ? K
    : never]: () => ChunkedArray<UnaryDType<K, D>, R>;
};

type BinaryMethods<D extends DType, R extends number> = {
  readonly [K in Operation as OperationTable[K]["arity"] extends 2 ? K : never]: <
    O extends Operand,
  >(
    other: O,
  ) => ChunkedArray<BinaryDType<K, D, O>, RankWith<R, O>>;
};

type AliasMethods<D extends DType, R extends number> = {
  readonly [A in keyof typeof ALIASES]: <O extends Operand>(
    other: O,
  ) => ChunkedArray<BinaryDType<(typeof ALIASES)[A], D, O>, RankWith<R, O>>;
};

/** The elementwise operations as methods. */
export interface ElementwiseMethods<D extends DType, R extends number>
  extends UnaryMethods<D, R>,
    BinaryMethods<D, R>,
    AliasMethods<D, R> {}

/** By the names of the methods, the operation of each. */
export const OPERATION_METHODS: ReadonlyMap<string, Operation> = new Map([
  ...OPERATION_NAMES.filter((op) => OPERATIONS[op].arity < 3).map((op) => [op, op] as const),
  ...Object.entries(ALIASES),
]);
