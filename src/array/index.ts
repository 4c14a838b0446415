// The public names of arrays, with their dtypes and errors; a file behind `export *` exports
// nothing else. The executor that computes them is set up in entries/array.ts.
export type { Block, NdData } from "../base/block.js";
export {
  type BigIntArray,
  type Complex,
  DTYPES,
  type DType,
  type DTypeInfo,
  type DTypeKind,
  type NumberArray,
  type Scalar,
  type TypedArray,
  type TypedArrayClass,
} from "../base/dtype.js";
export * from "../base/errors.js";
export type { CallResult } from "../base/iterators.js";
export type {
  Accumulated,
  Complexified,
  Floating,
  FractionalDType,
  Numeric,
  Promote,
  PromoteFloating,
  PromoteNumeric,
  PromoteScalar,
  PromoteShortFloating,
  PromotionTable,
  RealPart,
  ShortDType,
  ShortFloating,
} from "../base/promotion.js";
export type { BlockInfo } from "../kernels/user-functions/map-blocks-kernel.js";
export * from "./chunked-array.js";
export type { AxisLike, ShapeLike } from "./chunks/axes.js";
export { broadcastShapes } from "./chunks/broadcast.js";
export {
  type AxisChunks,
  type ChunkSpec,
  type NormalizeOptions,
  normalizeChunks,
} from "./chunks/normalize-chunks.js";
export * from "./creation/create.js";
export * from "./creation/from-array.js";
export { asarray as array, asarray as asanyarray } from "./creation/from-array.js";
export * from "./creation/from-function.js";
export { fromFunction as fromfunction } from "./creation/from-function.js";
export * from "./creation/from-source.js";
export * from "./creation/logspace.js";
export * from "./creation/meshgrid.js";
export * from "./creation/triangle-indices.js";
export * from "./creation/tril.js";
export * from "./creation/vander.js";
export * from "./data-types/astype.js";
export * from "./data-types/data-types.js";
export * from "./data-types/view.js";
export * from "./describe/svg.js";
export * from "./elementwise/elementwise.js";
export * from "./elementwise/isclose.js";
export * from "./elementwise/nan-to-num.js";
export * from "./elementwise/polyval.js";
export type { Fractional, ShortFractional, Truth } from "./elementwise/verb-arguments.js";
export * as fft from "./fft/fft.js";
export {
  type ApplyAlongAxisOptions,
  applyAlongAxis,
  applyOverAxes,
  type LaneFunction,
} from "./functions/apply-along-axis.js";
export {
  type BlocksFunction,
  type BlockwiseOptions,
  blockwise,
  type CustomReductionOptions,
  type LetteredFunction,
  reduction,
} from "./functions/blockwise-functions.js";
export * from "./functions/gufunc.js";
export type { CoreAxes } from "./functions/gufunc-axes.js";
export {
  type BlockFunction,
  type BlockResult,
  type BlockReturn,
  type BlocksOf,
  type MapBlocksOptions,
  type MapRank,
  mapBlocks,
} from "./functions/map-blocks.js";
export * from "./functions/overlap/map-overlap.js";
export { type OverlapOptions, overlap, trimOverlap } from "./functions/overlap/overlap.js";
export type {
  Boundary,
  BoundaryByAxis,
  Depth,
  DepthByAxis,
} from "./functions/overlap/overlap-depth.js";
export * from "./functions/vectorize.js";
export type { DateLike, DatePart } from "./groups/calendar.js";
export * from "./groups/group-by.js";
export type {
  ExpectedLabels,
  GridLabels,
  Grouping,
  Label,
  Labels,
} from "./groups/group-labels.js";
export type { Grouped } from "./groups/grouped.js";
export * from "./groups/interp-along.js";
export * from "./groups/resample.js";
export * from "./groups/rolling.js";
export * from "./indexing/compress.js";
export { type DiagonalOptions, diagonal } from "./indexing/diagonal.js";
export * from "./indexing/get-slice.js";
export {
  type Ellipsis,
  ellipsis,
  type IndexEntry,
  type IndexList,
  type NewAxis,
  newAxis,
  type SlicedRank,
  slice,
} from "./indexing/parse-index.js";
export * from "./indexing/ravel-multi-index.js";
export * from "./indexing/replace/put.js";
export * from "./indexing/replace/set.js";
export * from "./indexing/shuffle.js";
export * from "./indexing/take.js";
export * from "./inspection/constants.js";
export * from "./inspection/namespace-info.js";
export type { ArrayData, NestedArray, ShapedData } from "./layers/array-data.js";
export type {
  BinaryDType,
  DTypeWith,
  FloatingWith,
  MeetDType,
  MeetRank,
  MeetResult,
  NumericWith,
  Operand,
  RankOfOperand,
  RankWith,
  ShortFloatingWith,
  UnaryDType,
} from "./layers/array-operands.js";
export type * from "./layers/array-types.js";
export type { Device } from "./layers/device.js";
export { type ArrayLabels, withLabels } from "./layers/labels.js";
export type { RechunkOptions } from "./layers/rechunk-layer.js";
export type { Slice } from "./layers/slice-layer.js";
export * from "./linear-algebra/einsum.js";
export * from "./linear-algebra/kron.js";
export * as linalg from "./linear-algebra/linalg.js";
export * from "./linear-algebra/matmul.js";
export * from "./linear-algebra/norm.js";
export * from "./linear-algebra/trace.js";
export * from "./manipulation/atleast.js";
export { broadcastArrays, broadcastTo } from "./manipulation/broadcast-to.js";
export { concat, concatenate, stack, unstack } from "./manipulation/concatenate.js";
export { expandDims, squeeze } from "./manipulation/expand-dims.js";
export * from "./manipulation/flip.js";
export * from "./manipulation/longer/insert.js";
export { deleteAt as delete } from "./manipulation/longer/insert.js";
export * from "./manipulation/longer/pad.js";
export * from "./manipulation/longer/repeat.js";
export * from "./manipulation/rechunk.js";
export { type ReshapeOptions, ravel, reshape } from "./manipulation/reshape.js";
export * from "./manipulation/reshape-blockwise.js";
export * from "./manipulation/roll.js";
export * from "./manipulation/shape.js";
export * from "./manipulation/sliding-window-view.js";
export * from "./manipulation/split.js";
export * from "./manipulation/tile.js";
export {
  matrixTranspose,
  moveaxis,
  permuteDims,
  rollaxis,
  swapaxes,
  transpose,
} from "./manipulation/transpose.js";
export * from "./manipulation/vstack.js";
export * as ma from "./masked/ma.js";
export type { Distributions, DrawMethod, DrawReal, DrawWhole } from "./random/distributions.js";
export type { Drawn, DrawOptions, FloatDType, IntegerDType, Size } from "./random/draw.js";
export * from "./random/generator.js";
export type { RandomOptions } from "./random/random-array.js";
export { type NormalOptions, normal, random, type UniformOptions } from "./random/random-array.js";
export type { Seed } from "./random/streams.js";
export * from "./reductions/array-equal.js";
export * from "./reductions/cumsum.js";
export * from "./reductions/moment.js";
export * from "./reductions/nansum.js";
export * from "./reductions/push.js";
export * from "./reductions/sum.js";
export { max as amax, min as amin, variance as var } from "./reductions/sum.js";
export type { NpyStackOptions, ToZarrOptions } from "./results/array-files.js";
export {
  type ComputedValues,
  type ComputeOptions,
  compute,
  computeChunkSizes,
  explain,
  type PersistOptions,
  persist,
  release,
  visualize,
} from "./results/compute.js";
export { blocksInOrder, type ComputedBlock, type IterationOptions } from "./results/iterate.js";
export * from "./results/store.js";
export * from "./searching/interp.js";
export { argwhere, flatnonzero, nonzero } from "./searching/nonzero.js";
export * from "./searching/searchsorted.js";
export * from "./sets/intersect.js";
export * from "./sets/unique.js";
export * from "./signal/convolve.js";
export * from "./signal/hanning.js";
export * from "./sorting/partition.js";
export * from "./sorting/sort.js";
export * from "./sorting/topk.js";
export * from "./statistics/average.js";
export type { BinEdgesOptions, BinRule, BinSpec, Bins } from "./statistics/bin-edges.js";
export { type BincountOptions, bincount } from "./statistics/bincount.js";
export * from "./statistics/cov.js";
export * from "./statistics/diff.js";
export * from "./statistics/histogram.js";
export * from "./statistics/quantiles.js";
export * as stats from "./statistics/stats.js";
export * from "./statistics/trapezoid.js";
