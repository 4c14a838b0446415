// Routines on whole blocks by name. Each family's arithmetic is a file of its own.
import { assert } from "../base/assert.js";
import type { RoutineLayer } from "../graph/model/layer.js";
import type { DynamicRoutineName, Routine, RoutineName } from "../graph/model/routine.js";
import { assertValues, inRange } from "./assert-values.js";
import type {
  BlockKernel,
  DynamicKernel,
  DynamicRoutineCompiler,
  DynamicRoutineKernel,
  RoutineCompiler,
  RoutineKernel,
} from "./blocks/kernel.js";
import { fourier } from "./fourier/fourier-lanes.js";
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
} from "./linalg/factorizations.js";
import { eig, eigh, svd, unpack } from "./linalg/matrix-spectra.js";
import { compileSetMasked, countTrue, sumBefore } from "./movement/masked-values.js";
import { extents, gather, split } from "./movement/partition-rows.js";
import { setPoints } from "./movement/point-values.js";
import { slide } from "./movement/reduce-windows.js";
import { compress, unravel } from "./movement/select-elements.js";
import { window } from "./movement/sliding-window.js";
import { takeAlong, takeSlabs } from "./movement/take-along.js";
import { view } from "./movement/view-bytes.js";
import { compileDrawRoutine } from "./random/random-blocks.js";
import { merge, mergeOrder } from "./sorting/merge-sorted.js";
import { countNumbers, interpolate, quantile, quantileRanks } from "./sorting/quantile.js";
import { addCounts, countDigits, digitQuantiles, narrowDigits } from "./sorting/ranks-by-digits.js";
import { narrow, partition, pick, samples } from "./sorting/ranks-of-runs.js";
import { isin, search } from "./sorting/search-sorted.js";
import { slideQuantiles } from "./sorting/slide-quantiles.js";
import { argsort, sort } from "./sorting/sort-lanes.js";
import { unique } from "./sorting/unique-values.js";
import {
  bincount,
  binEdges,
  distances,
  histogram,
  sumTallies,
  tallies,
} from "./statistics/count-elements.js";
import { groupCodes } from "./statistics/group-codes.js";
import { groupApply, groupQuantile, groupScan } from "./statistics/group-operations.js";
import { groupReduce } from "./statistics/group-reductions.js";
import { interpolateTable } from "./statistics/interpolate-table.js";
import { compileCarry, scan, total } from "./statistics/running-totals.js";

/** Routines that treat all blocks alike; others depend on the position of a block. */
type StaticRoutineName = Exclude<RoutineName, DynamicRoutineName | "draw" | "carry" | "setMasked">;

const ROUTINES: { readonly [N in StaticRoutineName]: RoutineCompiler<N> } = {
  scan,
  total,
  takeAlong,
  takeSlabs,
  setPoints,
  countTrue,
  sumBefore,
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
  slide,
  slideQuantiles,
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
  assertValues,
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
  groupCodes,
  groupReduce,
  groupQuantile,
  groupScan,
  groupApply,
};

/** Routines whose results are as large as the values make them. */
const DYNAMIC_ROUTINES: { readonly [N in DynamicRoutineName]: DynamicRoutineCompiler<N> } = {
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
export function compileDynamicRoutine({
  routine,
  parts = 1,
}: RoutineLayer): DynamicKernel | undefined {
  if (!isDynamicRoutine(routine.name)) return undefined;
  const compile = DYNAMIC_ROUTINES[routine.name] as (routine: Routine) => DynamicRoutineKernel;
  const kernel = compile(routine);
  return (block, operands, allocate) => {
    const result = kernel(operands, allocate, block);
    const made = result.partStarts?.length ?? 1;
    assert(made === parts, `${routine.name} made ${made} parts where its layer says ${parts}`);
    return result;
  };
}

function isDynamicRoutine(name: RoutineName): name is DynamicRoutineName {
  return Object.hasOwn(DYNAMIC_ROUTINES, name);
}

/** The kernel of a routine layer. */
export function compileRoutine(layer: RoutineLayer): BlockKernel {
  const { routine } = layer;
  if (routine.name === "draw") return compileDrawRoutine(routine, layer);
  if (routine.name === "carry") return compileCarry(routine, layer);
  if (routine.name === "setMasked") return compileSetMasked(routine, layer);
  assert(
    !isDynamicRoutine(routine.name),
    `${routine.name} decides itself how large its blocks are`,
  );
  const compile = ROUTINES[routine.name] as (routine: Routine) => RoutineKernel;
  const kernel = compile(routine);
  return (block, operands, output) => kernel(operands, output, block);
}
