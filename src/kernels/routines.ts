// Routines on whole blocks by name. Each family's arithmetic is a file of its own.
import type { Block } from "../base/block.js";
import type { RoutineLayer } from "../graph/layer.js";
import type { Routine, RoutineName } from "../graph/routine.js";
import type { BlockKernel } from "./compile-layer.js";
import { fourier } from "./fourier.js";
import { quantile } from "./quantile.js";
import { carry, scan } from "./scan.js";
import { bincount, histogram, isin, search } from "./searching.js";
import { argsort, sort } from "./sorting.js";
import { takeAlong, takeSlabs } from "./take-along.js";
import { window } from "./windows.js";

/** Computes a block from its operands. */
export type RoutineKernel = (operands: readonly Block[], output: Block) => void;

/** A routine's arguments to its kernel. */
export type RoutineCompiler<N extends RoutineName> = (
  routine: Extract<Routine, { readonly name: N }>,
) => RoutineKernel;

const ROUTINES: { readonly [N in RoutineName]: RoutineCompiler<N> } = {
  scan,
  carry,
  takeAlong,
  takeSlabs,
  sort,
  argsort,
  quantile,
  search,
  isin,
  histogram,
  bincount,
  fourier,
  window,
};

/** The kernel of a routine layer. */
export function compileRoutine({ routine }: RoutineLayer): BlockKernel {
  const compile = ROUTINES[routine.name] as (routine: Routine) => RoutineKernel;
  const kernel = compile(routine);
  return (_block, operands, output) => kernel(operands, output);
}
