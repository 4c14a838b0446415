// The methods of arrays that tables make, rather than one by one: elementwise operations,
// reductions, groups, labels and writers of files. ChunkedArray extends the class made here.
import type { DType } from "../base/dtype.js";
import type { ChunkedArray } from "./chunked-array.js";
import { type ElementwiseMethods, OPERATION_METHODS } from "./elementwise/elementwise-methods.js";
import { GROUP_METHODS, type GroupMethods } from "./groups/group-methods.js";
import type { Operand } from "./layers/array-operands.js";
import { elementwise } from "./layers/elementwise-layer.js";
import { type LabelMethods, labelsOf, withLabels } from "./layers/labels.js";
import { REDUCTIONS, type ReductionMethods } from "./reductions/reduction-methods.js";
import { FILE_METHODS, type FileMethods } from "./results/array-files.js";

class WithMethods {}

function install(name: string, method: (x: ChunkedArray, ...given: never[]) => unknown): void {
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
  install(name, (x, ...others: Operand[]) => elementwise(op, [x, ...others]));
}
for (const [name, reduce] of Object.entries(REDUCTIONS)) install(name, reduce);
for (const [name, write] of Object.entries(FILE_METHODS)) install(name, write);
for (const [name, group] of Object.entries(GROUP_METHODS)) install(name, group);

/**
 * A class that has all {@link ElementwiseMethods}, {@link ReductionMethods}, {@link FileMethods},
 * {@link GroupMethods} and {@link LabelMethods}.
 */
export const ArrayMethods = WithMethods as unknown as abstract new <
  D extends DType,
  R extends number,
>() => ElementwiseMethods<D, R> &
  ReductionMethods<D, R> &
  FileMethods &
  GroupMethods &
  LabelMethods<D, R>;
