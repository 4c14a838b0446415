// The code of a reduction's step, as text for generated loops. tree-reduce.ts joins the partial
// states of blocks afterwards; loop-code.ts has the loops themselves.
import { assert } from "../../base/assert.js";
import { DTYPES, type DType, isBigInt, isComplex, type Scalar } from "../../base/dtype.js";
import { integerRange } from "../../base/promotion.js";
import type { Reduction, ReductionName } from "../../graph/model/reduction.js";
import { castCode, type Value, wrap } from "./cast-code.js";

/** A reduction by an associative operation. */
export interface FoldCode {
  readonly type: "fold";
  /** The dtype in which values gather. */
  readonly register: DType;
  /** The result for no values. */
  readonly identity: Scalar;
  /** Maps a value of the program to a value that is folded. */
  readonly map: (value: Value) => Value;
  readonly combine: (x: Value, y: Value) => Value;
  /**
   * Where long runs are gathered in pieces, so that rounding errors stay small: the dtype of the
   * totals that pieces are added to, which is wider for integers.
   */
  readonly total?: DType;
}

/** A search for the first place of an extreme value. */
export interface SearchCode {
  readonly type: "search";
  /** The dtype of the best value. */
  readonly register: DType;
  readonly identity: number | bigint;
  readonly map: (value: Value) => Value;
  /** `value stays best` is false when the value is better, or either is NaN. */
  readonly stays: ">=" | "<=";
}

/** How the values of one block are reduced. */
export type ReduceCode = FoldCode | SearchCode;

/** The value that a loop writes: a state for the next level of the tree, or the result. */
export type Finish = "state" | "result";

/** The identity of a minimum or maximum: no value of the dtype is beyond it. */
export function extremeIdentity(dtype: DType, name: "min" | "max"): number | bigint {
  if (DTYPES[dtype].kind === "float") {
    return name === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const [min, max] = integerRange(dtype);
  const bound = name === "max" ? min : max;
  return isBigInt(dtype) ? bound : Number(bound);
}

/**
 * The code of `name` over values of dtype `value`, whose state has dtype `state`; `nanmean`, `var`
 * and `std` use sums.
 */
export function reduceCode(name: ReductionName, value: DType, state: DType): ReduceCode {
  switch (name) {
    case "sum":
    case "mean":
      return sumCode(value, state);
    case "prod":
      return productCode(value, state);
    case "min":
    case "max":
      if (isComplex(state)) return complexExtremeCode(name, value, state);
      return {
        type: "fold",
        register: isBigInt(state) ? state : "float64",
        identity: extremeIdentity(state, name),
        map: (x) => x,
        combine: isBigInt(state)
          ? ([x], [y]) => [`bigint${name === "min" ? "Min" : "Max"}(${x}, ${y})`]
          : ([x], [y]) => [`Math.${name}(${x}, ${y})`],
      };
    case "any":
      return truthCode(value, 0, "|");
    case "all":
      return truthCode(value, 1, "&");
    case "argmin":
    case "argmax":
      return {
        type: "search",
        register: state,
        identity: extremeIdentity(state, name === "argmin" ? "min" : "max"),
        map: (x) => castCode(x, value, state),
        stays: name === "argmin" ? ">=" : "<=",
      };
    case "nanmean":
    case "var":
    case "std":
      assert(false, `${name} has no single loop`);
  }
}

function sumCode(value: DType, state: DType): FoldCode {
  const register = sumRegister(value, state);
  const wraps = isBigInt(register);
  return {
    type: "fold",
    register,
    identity: 0,
    map: (x) => castCode(x, value, register),
    combine: (x, y) => x.map((part, i) => sumOf(register, part, `${y[i]}`)),
    ...(wraps ? {} : { total: isBigInt(state) ? "int64" : register }),
  };
}

/**
 * Sums of short integers gather as numbers, which are exact for a piece of any length that we use.
 */
function sumRegister(value: DType, state: DType): DType {
  if (isComplex(state)) return "complex128";
  return isBigInt(state) && isBigInt(value) ? state : "float64";
}

function sumOf(register: DType, x: string, y: string): string {
  return isBigInt(register) ? wrap(register, `${x} + ${y}`) : `(${x} + ${y})`;
}

function productCode(value: DType, state: DType): FoldCode {
  const register = isComplex(state) ? "complex128" : isBigInt(state) ? state : "float64";
  const product = (x: Value, y: Value): Value => {
    const [a, b] = x;
    const [c, d] = y;
    if (isComplex(register)) return [`(${a} * ${c} - ${b} * ${d})`, `(${a} * ${d} + ${b} * ${c})`];
    return [isBigInt(register) ? wrap(register, `${a} * ${c}`) : `(${a} * ${c})`];
  };
  return {
    type: "fold",
    register,
    identity: 1,
    map: (x) => castCode(x, value, register),
    combine: product,
  };
}

function complexExtremeCode(name: "min" | "max", value: DType, state: DType): FoldCode {
  const none = name === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const which = name === "min" ? "Least" : "Greatest";
  return {
    type: "fold",
    register: "complex128",
    identity: { re: none, im: none },
    map: (x) => castCode(x, value, state),
    combine: (x, y) =>
      ["Re", "Im"].map((part) => `complex${which}${part}(${[...x, ...y].join(", ")})`),
  };
}

function truthCode(value: DType, identity: 0 | 1, operator: "|" | "&"): FoldCode {
  return {
    type: "fold",
    register: "float64",
    identity,
    map: (x) => (value === "bool" ? [`(${x[0]} !== 0 ? 1 : 0)`] : castCode(x, value, "bool")),
    combine: ([x], [y]) => [`(${x} ${operator} ${y})`],
  };
}

/** The text of the result of a fold, for memory of dtype `to`. */
export function finishCode(
  { name }: Reduction,
  finish: Finish,
  gathered: Value,
  from: DType,
  to: DType,
): Value {
  const value =
    name === "mean" && finish === "result" ? gathered.map((part) => `${part} / count`) : gathered;
  // Memory of numbers converts by itself, as does memory of BigInts.
  const converts = !isComplex(to) && isBigInt(from) === isBigInt(to);
  return converts ? value : castCode(value, from, to);
}
