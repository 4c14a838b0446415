// The specification of a compiled loop: everything that its source text depends on. loop-writer.ts
// writes the text.
import type { DType } from "../../base/dtype.js";
import type { Program } from "../../graph/model/program.js";
import type { Value } from "./cast-code.js";
import type { LoopShape } from "./loop-plan.js";
import type { ProgramConstants } from "./program-constants.js";
import type { Finish, ReduceCode } from "./reduce-code.js";

/** Everything that the text of a loop depends on. */
export interface LoopSpec {
  readonly program: Program;
  /** Constants that are parameters; the values of the others are in the text. */
  readonly constants: ProgramConstants;
  readonly shape: LoopShape;
  /**
   * The dtype of each stream in memory (output first), so that each function sees one kind of
   * array.
   */
  readonly dtypes: readonly DType[];
  /** The stream of each loop axis whose position the program asks for. */
  readonly positionStreams: ReadonlyMap<number, number>;
  /** With a reduction: how values are folded, and which result is written. */
  readonly reduce?: LoopReduction;
}

/** The reducing part of a {@link LoopSpec}. */
export interface LoopReduction {
  /** Text that is equal where all of this is, given the program. */
  readonly key: string;
  readonly code: ReduceCode;
  readonly finish: Finish;
  /** The value to write for the total of a fold, or for the place that a search found. */
  readonly writes: (gathered: Value, from: DType) => Value;
  /** The stream that counts a search's positions. */
  readonly searchStream: number;
}
