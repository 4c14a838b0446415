// Kernel programs: small typed expressions in single-assignment form for one element. A blockwise
// layer carries one; fusing layers means joining programs. kernels/ runs them; operations.ts lists
// the operations.
import type { DType, Scalar } from "../../base/dtype.js";
import type { Operation } from "./operations.js";

/** A step of a program. `args` are the numbers of earlier nodes. */
export type ProgramNode =
  /** The element of operand number `operand` at the current position. */
  | { readonly op: "load"; readonly operand: number; readonly dtype: DType }
  | { readonly op: "constant"; readonly value: Scalar; readonly dtype: DType }
  /** The position along loop axis `axis`, counted in the whole array, not in the block. */
  | { readonly op: "position"; readonly axis: number; readonly dtype: DType }
  | UniformNode
  /**
   * The value of `args[0]` as `dtype`: truncates to integers, wraps, drops the imaginary part,
   * `!= 0` for bool.
   */
  | { readonly op: "cast"; readonly args: readonly [number]; readonly dtype: DType }
  /** `args` are of one dtype, but for the condition of `where`, which is bool. */
  | { readonly op: Operation; readonly args: readonly number[]; readonly dtype: DType };

/**
 * The random number that a source of this generator has at a position: row-major in its `shape`,
 * whose axes run along the loop's `axes` (-1 for those of length 1).
 */
export interface UniformNode {
  readonly op: "uniform";
  readonly seed: number;
  readonly low: number;
  readonly high: number;
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly dtype: "float64";
}

/** An expression over the elements of its operands; the last node is the result. */
export interface Program {
  readonly nodes: readonly ProgramNode[];
}

/** The dtype of a program's result. */
export function programDType(program: Program): DType {
  return (program.nodes[program.nodes.length - 1] as ProgramNode).dtype;
}

/** Whether a program's result for an element depends on its position. */
export function readsPositions({ nodes }: Program): boolean {
  return nodes.some(({ op }) => op === "position" || op === "uniform");
}

/** The program that returns its one operand, for transposes and broadcasts. */
export function identityProgram(dtype: DType): Program {
  return { nodes: [{ op: "load", operand: 0, dtype }] };
}
