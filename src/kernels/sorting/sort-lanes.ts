// Lanes in order. Blocks have all of the axis that is sorted. The order of complex numbers is
// complex-order.ts.
import { setElements } from "../../base/block.js";
import { isComplex, type TypedArray } from "../../base/dtype.js";
import { eachLane, type Lane, operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { complexAt, complexLane, complexOrder } from "./complex-order.js";
import { orderOf, sortValues } from "./radix-sort.js";

/** Sorted lanes; where the output is shorter, the first of them. */
export const sort: RoutineCompiler<"sort"> =
  ({ axis, descending }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    eachLane([x, output], axis, ([source, target]) => {
      if (isComplex(x.dtype)) {
        const values = complexLane(x.data, source);
        const taken = complexOrder(values, descending).subarray(0, target.length);
        writeComplex(complexAt(values, taken), output.data, target);
        return;
      }
      const sorted = sortedLane(x.data, source);
      if (!descending && target.stride === 1) {
        setElements(output.data, sorted.subarray(0, target.length), target.offset);
        return;
      }
      const last = sorted.length - 1;
      for (let i = 0; i < target.length; i++) {
        output.data[target.offset + i * target.stride] = sorted[
          descending ? last - i : i
        ] as number;
      }
    });
  };

/** The positions that sort each lane; stable; where the output is shorter, the first of them. */
export const argsort: RoutineCompiler<"argsort"> =
  ({ axis, descending }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    eachLane([x, output], axis, ([source, target]) => {
      const order = isComplex(x.dtype)
        ? complexOrder(complexLane(x.data, source), descending)
        : sortingOrder(laneValues(x.data, source), descending);
      for (let i = 0; i < target.length; i++) {
        output.data[target.offset + i * target.stride] = BigInt(order[i] as number);
      }
    });
  };

function writeComplex(values: TypedArray, data: TypedArray, { offset, stride }: Lane): void {
  for (let i = 0; i < values.length; i += 2) {
    const at = 2 * offset + i * stride;
    data[at] = values[i] as number;
    data[at + 1] = values[i + 1] as number;
  }
}

/** A lane's elements as an array of their own. */
export function laneValues(data: TypedArray, { offset, stride, length }: Lane): TypedArray {
  if (stride === 1) return data.slice(offset, offset + length);
  const values = data.slice(0, 0).constructor as new (length: number) => TypedArray;
  const lane = new values(length);
  for (let i = 0; i < length; i++) lane[i] = data[offset + i * stride] as number;
  return lane;
}

/** A lane's elements in ascending order, NaN last; zeros of either sign keep their order. */
export function sortedLane(data: TypedArray, lane: Lane): TypedArray {
  const values = laneValues(data, lane);
  sortValues(values);
  if (values instanceof Float64Array || values instanceof Float32Array) {
    // The first that is not below zero: if any zero is negative, that one is.
    const first = lowerBound(values, 0);
    if (Object.is(values[first], -0)) {
      const zeros = (laneValues(data, lane) as Float64Array).filter((value) => value === 0);
      values.set(zeros, first);
    }
  }
  return values;
}

/** How many of sorted `values` are less than `bound`. */
function lowerBound(values: Float64Array | Float32Array, bound: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sortingOrder(values: TypedArray, descending: boolean): Uint32Array {
  const sorted = orderOf(values, descending);
  if (sorted !== undefined) return sorted;
  const order = new Uint32Array(values.length).map((_, i) => i);
  const sign = descending ? -1 : 1;
  return order.sort((a, b) => {
    const [x, y] = [values[a] as number, values[b] as number];
    if (x < y) return -sign;
    if (x > y) return sign;
    // NaN is neither: it comes after everything; ties keep their order.
    return sign * (Number(Number.isNaN(x)) - Number(Number.isNaN(y)));
  });
}
