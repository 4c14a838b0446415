// Routines on whole blocks by name. Each family's arithmetic is a file of its own.
import { assert } from "../base/assert.js";
import type { RoutineLayer } from "../graph/model/layer.js";
import type { FreeRoutineName, Routine, RoutineName } from "../graph/model/routine.js";
import { bincount, binEdges, distances, histogram, sumTallies, tallies } from "./counting.js";
import { demand, inRange } from "./demanding.js";
import { addCounts, countDigits, digitQuantiles, narrowDigits } from "./digits.js";
import {
  applyReflections,
  cholesky,
  determinant,
  inverse,
  logDeterminant,
  luFactors,
  luPanel,
  luParity,
  luUpdate,
  luUpper,
  matrixPart,
  reflections,
  solve,
  solveTriangular,
  subtractProduct,
} from "./factorizations.js";
import { fourier } from "./fourier.js";
import { interpolateTable } from "./interpolating.js";
import type {
  BlockKernel,
  FreeKernel,
  FreeRoutineCompiler,
  FreeRoutineKernel,
  RoutineCompiler,
  RoutineKernel,
} from "./kernel.js";
import { extents, gather, split } from "./parts.js";
import { countNumbers, interpolate, quantile, quantileRanks } from "./quantile.js";
import { compileDrawRoutine } from "./random.js";
import { narrow, partition, pick, samples } from "./ranks.js";
import { merge, mergeOrder } from "./runs.js";
import { carry, scan, total } from "./scan.js";
import { isin, search } from "./searching.js";
import { compress, unravel } from "./selecting.js";
import { argsort, sort } from "./sorting.js";
import { eig, eigh, svd, unpack } from "./spectra.js";
import { takeAlong, takeSlabs } from "./take-along.js";
import { unique } from "./unique.js";
import { view } from "./view.js";
import { window } from "./windows.js";

/** Routines for which all blocks are alike: draws depend on where a block lies. */
type PlainRoutineName = Exclude<RoutineName, FreeRoutineName | "draw">;

const ROUTINES: { readonly [N in PlainRoutineName]: RoutineCompiler<N> } = {
  scan,
  carry,
  total,
  takeAlong,
  takeSlabs,
  sort,
  argsort,
  quantile,
  search,
  interpolateTable,
  isin,
  histogram,
  bincount,
  distances,
  fourier,
  view,
  window,
  cholesky,
  reflections,
  applyReflections,
  matrixPart,
  solveTriangular,
  subtractProduct,
  solve,
  inverse,
  determinant,
  logDeterminant,
  luPanel,
  luUpdate,
  luUpper,
  luFactors,
  luParity,
  svd,
  eigh,
  eig,
  unpack,
  extents,
  demand,
  inRange,
  samples,
  narrow,
  pick,
  merge,
  mergeOrder,
  countNumbers,
  quantileRanks,
  interpolate,
  countDigits,
  addCounts,
  narrowDigits,
  digitQuantiles,
};

/** Routines whose results are as large as the values make them. */
const FREE_ROUTINES: { readonly [N in FreeRoutineName]: FreeRoutineCompiler<N> } = {
  gather,
  split,
  compress,
  unravel,
  unique,
  partition,
  tallies,
  sumTallies,
  binEdges,
};

/** The kernel of a routine layer whose values decide how large a block is; undefined for others. */
export function compileFreeRoutine({ routine, parts = 1 }: RoutineLayer): FreeKernel | undefined {
  if (!isFreeRoutine(routine.name)) return undefined;
  const compile = FREE_ROUTINES[routine.name] as (routine: Routine) => FreeRoutineKernel;
  const kernel = compile(routine);
  return (block, operands, allocate) => {
    const result = kernel(operands, allocate, block);
    const made = result.partStarts?.length ?? 1;
    assert(made === parts, `${routine.name} made ${made} parts where its layer says ${parts}`);
    return result;
  };
}

function isFreeRoutine(name: RoutineName): name is FreeRoutineName {
  return Object.hasOwn(FREE_ROUTINES, name);
}

/** The kernel of a routine layer. */
export function compileRoutine(layer: RoutineLayer): BlockKernel {
  const { routine } = layer;
  if (routine.name === "draw") return compileDrawRoutine(routine, layer);
  assert(!isFreeRoutine(routine.name), `${routine.name} decides itself how large its blocks are`);
  const compile = ROUTINES[routine.name] as (routine: Routine) => RoutineKernel;
  const kernel = compile(routine);
  return (block, operands, output) => kernel(operands, output, block);
}
