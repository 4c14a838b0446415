// What a reduction does with one more value, as text for generated loops. How the partial states of
// blocks are joined afterwards is reduce-states.ts; the loops themselves are loop-code.ts.
import { assert } from "../base/assert.js";
import type { DType } from "../base/dtype.js";
import type { Reduction, ReductionName } from "../graph/reduction.js";

/** A reduction by an associative operation on numbers. */
export interface FoldCode {
  readonly type: "fold";
  /** What no values at all reduce to. */
  readonly identity: number;
  /** What goes in for a value of the program. */
  readonly map: (value: string) => string;
  readonly combine: (x: string, y: string) => string;
  /** Whether long runs are gathered in pieces, so that rounding errors stay small. */
  readonly blocked: boolean;
}

/** A search for the first place of an extreme value. */
export interface SearchCode {
  readonly type: "search";
  readonly identity: number;
  /** `value stays best` is false when the value is better, or either is NaN. */
  readonly stays: ">=" | "<=";
}

/** How the values of one block are reduced. */
export type ReduceCode = FoldCode | SearchCode;

/** What is written in the end: what travels up the tree, or the result. */
export type Finish = "state" | "result";

const sum: FoldCode = {
  type: "fold",
  identity: 0,
  map: (value) => value,
  combine: (x, y) => `(${x} + ${y})`,
  blocked: true,
};
const truth = (value: string) => `(${value} !== 0 ? 1 : 0)`;

/** What an empty minimum or maximum starts from: nothing of the dtype is beyond it. */
export function extremeIdentity(dtype: DType, name: "min" | "max"): number {
  const lowest = name === "max";
  switch (dtype) {
    case "bool":
      return lowest ? 0 : 1;
    case "uint8":
      return lowest ? 0 : 255;
    case "int32":
      return lowest ? -2147483648 : 2147483647;
    default:
      return lowest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
}

/** The code of `name` over values whose state has dtype `dtype`; `var` and `std` are made of sums. */
export function reduceCode(name: ReductionName, dtype: DType): ReduceCode {
  switch (name) {
    case "sum":
    case "mean":
      return sum;
    case "prod":
      return { ...sum, identity: 1, combine: (x, y) => `(${x} * ${y})`, blocked: false };
    case "min":
    case "max":
      return {
        type: "fold",
        identity: extremeIdentity(dtype, name),
        map: (value) => value,
        combine: (x, y) => `Math.${name}(${x}, ${y})`,
        blocked: false,
      };
    case "any":
      return {
        type: "fold",
        identity: 0,
        map: truth,
        combine: (x, y) => `(${x} | ${y})`,
        blocked: false,
      };
    case "all":
      return {
        type: "fold",
        identity: 1,
        map: truth,
        combine: (x, y) => `(${x} & ${y})`,
        blocked: false,
      };
    case "argmin":
      return { type: "search", identity: Number.POSITIVE_INFINITY, stays: ">=" };
    case "argmax":
      return { type: "search", identity: Number.NEGATIVE_INFINITY, stays: "<=" };
    case "var":
    case "std":
      assert(false, `${name} has no single loop`);
  }
}

/** The text of what is written for the gathered value `text` of a fold. */
export function finishCode(reduction: Reduction, finish: Finish, text: string): string {
  return reduction.name === "mean" && finish === "result" ? `${text} / count` : text;
}
