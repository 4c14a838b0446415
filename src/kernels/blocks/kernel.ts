// The types of kernels: functions that compute one block of a layer or of a routine.
// compile-layer.ts makes the kernel of a layer.
import type { Block } from "../../base/block.js";
import type { Routine, RoutineName } from "../../graph/model/routine.js";

/**
 * Computes block number `block` into `output`, a C-contiguous block of the layer's dtype and that
 * block's shape, whose memory may hold anything before. Operands come in dependency order. If a
 * user's function is asynchronous, the kernel returns its promise.
 */
export type BlockKernel = (
  block: number,
  operands: readonly Block[],
  output: Block,
) => void | Promise<void>;

/** A new block of the layer's dtype, C-contiguous, whose memory may hold anything. */
export type Allocate = (shape: readonly number[]) => Block;

/** A block of which nothing was known before. */
export interface DynamicResult {
  /** Handed over without a copy when all of it is what `allocate` gave. */
  readonly block: Block;
  /** The start of each part along the first axis, if the layer declares parts. */
  readonly partStarts?: readonly number[];
}

/** Computes block number `block`, as large as it turns out. Operands come in dependency order. */
export type DynamicKernel = (
  block: number,
  operands: readonly Block[],
  allocate: Allocate,
) => DynamicResult | Promise<DynamicResult>;

/** Computes block number `block` from its operands. */
export type RoutineKernel = (operands: readonly Block[], output: Block, block: number) => void;

/** A routine's arguments to its kernel. */
export type RoutineCompiler<N extends RoutineName> = (
  routine: Extract<Routine, { readonly name: N }>,
) => RoutineKernel;

/** Computes a block that is as large as it turns out. */
export type DynamicRoutineKernel = (
  operands: readonly Block[],
  allocate: Allocate,
  block: number,
) => DynamicResult;

/** A routine's arguments to its kernel, where that makes dynamic results. */
export type DynamicRoutineCompiler<N extends RoutineName> = (
  routine: Extract<Routine, { readonly name: N }>,
) => DynamicRoutineKernel;

/** The position of a loop: its extents here, and its start in the whole array. */
export interface LoopRange {
  readonly extents: readonly number[];
  readonly offsets: readonly number[];
}
