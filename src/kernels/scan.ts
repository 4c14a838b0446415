// Running totals: within a block, and joining a block to what came before it. How blocks are chained
// is array/scan.ts.
import type { DType } from "../base/dtype.js";
import type { ScanName } from "../graph/routine.js";
import { eachLane, operandOf } from "./lanes.js";
import type { RoutineCompiler } from "./routines.js";

const IDENTITY: { readonly [S in ScanName]: number } = { sum: 0, prod: 1 };

/** The join of two values; 32-bit integers wrap around without rounding in between. */
function joinOf(name: ScanName, dtype: DType): (x: number, y: number) => number {
  if (name === "sum") return dtype === "int32" ? (x, y) => (x + y) | 0 : (x, y) => x + y;
  return dtype === "int32" ? Math.imul : (x, y) => x * y;
}

/** Running totals along an axis; floats are added up in 64 bits and rounded as they are stored. */
export const scan: RoutineCompiler<"scan"> =
  ({ scan: name, axis }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    const join = joinOf(name, output.dtype);
    const [from, to] = [x.data, output.data];
    eachLane([x, output], axis, ([source, target]) => {
      let total = IDENTITY[name];
      for (let i = 0; i < source.length; i++) {
        total = join(total, from[source.offset + i * source.stride] as number);
        to[target.offset + i * target.stride] = total;
      }
    });
  };

/** Joins a block's running totals to the total of all blocks before it. */
export const carry: RoutineCompiler<"carry"> =
  ({ scan: name, axis }) =>
  (operands, output) => {
    const [x, before] = [operandOf(operands, 0), operandOf(operands, 1)];
    const join = joinOf(name, output.dtype);
    const [from, carried, to] = [x.data, before.data, output.data];
    eachLane([x, before, output], axis, ([source, total, target]) => {
      const held = carried[total.offset] as number;
      for (let i = 0; i < source.length; i++) {
        const value = from[source.offset + i * source.stride] as number;
        to[target.offset + i * target.stride] = join(held, value);
      }
    });
  };
