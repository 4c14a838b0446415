// The elementwise operations as methods, from the table of operations: `x.add(y)` is `add(x, y)`.
// unary-methods.ts and binary-methods.ts say what each does; the functions are elementwise.ts.
import type { DType } from "../../base/dtype.js";
import { OPERATIONS, type Operation } from "../../graph/model/operations.js";
import type { BinaryMethods } from "./binary-methods.js";
import type { UnaryMethods } from "./unary-methods.js";

/** Shorter names of methods for the four kinds of arithmetic. */
const ALIASES = { sub: "subtract", mul: "multiply", div: "divide" } as const satisfies Record<
  string,
  Operation
>;

const OPERATION_NAMES = Object.keys(OPERATIONS) as Operation[];

/** The elementwise operations as methods. */
export interface ElementwiseMethods<D extends DType, R extends number>
  extends UnaryMethods<D, R>,
    BinaryMethods<D, R> {}

/** By the names of the methods, the operation of each. */
export const OPERATION_METHODS: ReadonlyMap<string, Operation> = new Map([
  ...OPERATION_NAMES.filter((op) => OPERATIONS[op].arity < 3).map((op) => [op, op] as const),
  ...Object.entries(ALIASES),
]);
