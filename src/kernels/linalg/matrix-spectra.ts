// Routines on blocks that find singular values and eigenvalues of the matrices in the last two
// axes. Values and vectors are packed one after the other along one axis. Their arithmetic is
// behind dense-algebra.ts.
import type { Block } from "../../base/block.js";
import { isComplex } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler, RoutineKernel } from "../blocks/kernel.js";
import { loadMatrix, type Parts } from "./dense/matrix.js";
import { dense } from "./dense-algebra.js";
import { eachItem } from "./matrix-stacks.js";

/** A kernel that packs the results for each matrix along the output's last axis. */
function packing(find: (matrix: Block) => readonly Parts[]): RoutineKernel {
  return (operands, output) => {
    eachItem([operandOf(operands, 0), output], [2, 1], ([a, target]) => {
      let at = 0;
      for (const parts of find(a as Block)) {
        writeRun(parts, target as Block, at);
        at += parts.re.length;
      }
    });
  };
}

function writeRun({ re, im }: Parts, target: Block, start: number): void {
  const step = target.stride[0] as number;
  const data = target.data as Float64Array;
  const complex = isComplex(target.dtype);
  for (let i = 0, to = target.offset + start * step; i < re.length; i++, to += step) {
    data[complex ? 2 * to : to] = re[i] as number;
    if (complex) data[2 * to + 1] = im === null ? 0 : (im[i] as number);
  }
}

const real = (values: Float64Array): Parts => ({ re: values, im: null });

/** U, the values and Vᴴ; or the values. */
export const svd: RoutineCompiler<"svd"> = ({ vectors }) =>
  packing((matrix) => {
    const { u, values, vh } = dense.singularValues(loadMatrix(matrix), vectors);
    return vectors === "none" ? [real(values)] : [u, real(values), vh];
  });

/** The values, and vectors in columns. */
export const eigh: RoutineCompiler<"eigh"> = ({ vectors }) =>
  packing((matrix) => {
    const found = dense.hermitianEigen(loadMatrix(matrix), vectors);
    return vectors ? [real(found.values), found.vectors] : [real(found.values)];
  });

/** The values, and vectors in columns. */
export const eig: RoutineCompiler<"eig"> = ({ vectors }) =>
  packing((matrix) => {
    const found = dense.generalEigen(loadMatrix(matrix));
    return vectors ? [found.values, found.vectors] : [found.values];
  });

/** A run of packed numbers, in the shape of the output; real parts for a real output. */
export const unpack: RoutineCompiler<"unpack"> =
  ({ start, axes }) =>
  (operands, output) => {
    const packed = operandOf(operands, 0);
    const step = packed.stride.at(-1) as number;
    eachItem([packed, output], [1, axes], ([from, to]) => {
      const [source, target] = [from as Block, to as Block];
      const [columns = 1, right = 0] = [target.shape.at(-1), target.stride.at(-1)];
      const [rows = 1, down = 0] = axes === 2 ? [target.shape[0], target.stride[0]] : [];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const at = source.offset + (start + i * columns + j) * step;
          copyNumber(source, at, target, target.offset + i * down + j * right);
        }
      }
    });
  };

function copyNumber(source: Block, at: number, target: Block, to: number): void {
  const [from, data] = [source.data as Float64Array, target.data as Float64Array];
  if (!isComplex(source.dtype)) data[to] = from[at] as number;
  else if (!isComplex(target.dtype)) data[to] = from[2 * at] as number;
  else {
    data[2 * to] = from[2 * at] as number;
    data[2 * to + 1] = from[2 * at + 1] as number;
  }
}
