// The methods of arrays that tables make, rather than one by one, in chapters: elementwise
// operations, shapes, indices, products, reductions, groups, labels, files. ChunkedArray extends
// the class made here.
import type { DType } from "../base/dtype.js";
import { OPERATIONS } from "../graph/model/operations.js";
import type { ChunkedArray } from "./chunked-array.js";
import { type ElementwiseMethods, OPERATION_METHODS } from "./elementwise/elementwise-methods.js";
import { GROUP_METHODS, type GroupMethods } from "./groups/group-methods.js";
import { INDEX_METHODS, type IndexMethods } from "./index-methods.js";
import type { Operand } from "./layers/array-operands.js";
import { elementwise } from "./layers/elementwise-layer.js";
import { type LabelMethods, labelsOf, withLabels } from "./layers/labels.js";
import { PRODUCT_METHODS, type ProductMethods } from "./product-methods.js";
import { REDUCTIONS, type ReductionMethods } from "./reductions/reduction-methods.js";
import { FILE_METHODS, type FileMethods } from "./results/array-files.js";
import { SHAPE_METHODS, type ShapeMethods } from "./shape-methods.js";

/** The function behind a method, with the array first. */
type Method = (x: ChunkedArray, ...given: never[]) => unknown;

class WithMethods {}

function install(name: string, method: Method): void {
  Object.defineProperty(WithMethods.prototype, name, {
    value(this: ChunkedArray, ...given: never[]) {
      return method(this, ...given);
    },
    configurable: true,
    writable: true,
  });
}

Object.defineProperties(WithMethods.prototype, {
  dims: { get: dimsOf, configurable: true },
  attributes: { get: attributesOf, configurable: true },
});

function dimsOf(this: object): LabelMethods<DType, number>["dims"] {
  return labelsOf(this).dims;
}

function attributesOf(this: object): LabelMethods<DType, number>["attributes"] {
  return labelsOf(this).attributes ?? {};
}

install("withLabels", withLabels);
for (const [name, op] of OPERATION_METHODS) {
  const isUnary = OPERATIONS[op].arity === 1;
  install(name, (x, other: Operand) => elementwise(op, isUnary ? [x] : [x, other]));
}
const CHAPTERS: readonly Readonly<Record<string, Method>>[] = [
  SHAPE_METHODS,
  INDEX_METHODS,
  PRODUCT_METHODS,
  REDUCTIONS,
  FILE_METHODS,
  GROUP_METHODS,
];
for (const chapter of CHAPTERS) {
  for (const [name, method] of Object.entries(chapter)) install(name, method);
}

/**
 * A class that has all {@link ElementwiseMethods}, {@link ShapeMethods}, {@link IndexMethods},
 * {@link ProductMethods}, {@link ReductionMethods}, {@link FileMethods}, {@link GroupMethods} and
 * {@link LabelMethods}.
 */
export const ArrayMethods = WithMethods as unknown as abstract new <
  D extends DType,
  R extends number,
>() => ElementwiseMethods<D, R> &
  ShapeMethods<D, R> &
  IndexMethods<D, R> &
  ProductMethods<D, R> &
  ReductionMethods<D, R> &
  FileMethods &
  GroupMethods &
  LabelMethods<D, R>;
