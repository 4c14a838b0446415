// What users have of arrays, with the dtypes and errors that go with them. What computes is not here: entries/array.ts.
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
export {
  ActorError,
  type ActorErrorCode,
  type ActorErrorData,
  type ArgumentCode,
  ArgumentError,
  ClusterError,
  GraphError,
  InvariantError,
  isTileworkError,
  ProtocolError,
  TaskError,
  type TaskErrorData,
  TileworkError,
} from "../base/errors.js";
export type { CallResult } from "../base/iterators.js";
export type {
  Accumulated,
  Complexified,
  Floating,
  Numeric,
  Promote,
  PromoteFloating,
  PromoteNumeric,
  PromoteScalar,
  PromoteShortFloating,
  PromotionTable,
  RealPart,
  ShortFloating,
} from "../base/promotion.js";
export type { BlockInfo } from "../kernels/user-functions/map-blocks-kernel.js";
export { ChunkedArray } from "./chunked-array.js";
export type { AxisLike, ShapeLike } from "./chunks/axes.js";
export { broadcastShapes } from "./chunks/broadcast.js";
export {
  type AxisChunks,
  type ChunkSpec,
  type NormalizeOptions,
  normalizeChunks,
} from "./chunks/normalize-chunks.js";
export {
  arange,
  type CreateOptions,
  type EyeOptions,
  eye,
  full,
  fullLike,
  type LinspaceOptions,
  linspace,
  ones,
  onesLike,
  type SpacedNumbers,
  type SteppedOptions,
  zeros,
  zerosLike,
} from "./creation/create.js";
export {
  asarray,
  asarray as array,
  asarray as asanyarray,
  type FromArrayOptions,
  fromArray,
  fromDlpack,
} from "./creation/from-array.js";
export {
  empty,
  emptyLike,
  type FromBlocksOptions,
  fromBlocks,
  fromFunction,
  fromFunction as fromfunction,
  indices,
  type TriOptions,
  tri,
} from "./creation/from-function.js";
export { geomspace, identity, type LogspaceOptions, logspace } from "./creation/logspace.js";
export { type MeshgridOptions, meshgrid } from "./creation/meshgrid.js";
export {
  diagIndices,
  diagIndicesFrom,
  type RowsAndColumns,
  type TriangleIndexOptions,
  trilIndices,
  trilIndicesFrom,
  triuIndices,
  triuIndicesFrom,
} from "./creation/triangle-indices.js";
export { diag, diagflat, type TriangleOptions, tril, triu } from "./creation/tril.js";
export { type VanderOptions, vander } from "./creation/vander.js";
export { type AstypeOptions, astype } from "./data-types/astype.js";
export {
  canCast,
  type DTypeGroup,
  type FloatInfo,
  finfo,
  type IntegerInfo,
  iinfo,
  iscomplexobj,
  isdtype,
  isrealobj,
  promoteTypes,
  resultType,
} from "./data-types/data-types.js";
export { view } from "./data-types/view.js";
export { type SvgOptions, toSvg } from "./describe/svg.js";
export * from "./elementwise/elementwise.js";
export { type CloseOptions, isclose } from "./elementwise/isclose.js";
export { type NanToNumOptions, nanToNum } from "./elementwise/nan-to-num.js";
export { polyval } from "./elementwise/polyval.js";
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
  reduction,
} from "./functions/blockwise-functions.js";
export {
  applyGufunc,
  asGufunc,
  type BlockListFunction,
  type GufuncOfArrays,
  type GufuncOptions,
  type GufuncResult,
  gufunc,
  type NamedGufuncOptions,
} from "./functions/gufunc.js";
export type { CoreAxes } from "./functions/gufunc-axes.js";
export {
  type BlockFunction,
  type BlockGiven,
  type BlockResult,
  type BlocksOf,
  type MapBlocksOptions,
  type MapRank,
  mapBlocks,
} from "./functions/map-blocks.js";
export { type MapOverlapOptions, mapOverlap } from "./functions/overlap/map-overlap.js";
export { type OverlapOptions, overlap, trimOverlap } from "./functions/overlap/overlap.js";
export type {
  Boundary,
  BoundaryByAxis,
  Depth,
  DepthByAxis,
} from "./functions/overlap/overlap-depth.js";
export {
  type ElementFunction,
  type ElementFunctionOptions,
  type ElementsFunction,
  frompyfunc,
  type VectorizedFunction,
  vectorize,
} from "./functions/vectorize.js";
export { compress, extract } from "./indexing/compress.js";
export { type DiagonalOptions, diagonal } from "./indexing/diagonal.js";
export { getSlice, vindex } from "./indexing/get-slice.js";
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
export {
  type PositionMode,
  type PositionOrder,
  type RavelOptions,
  ravelMultiIndex,
  type UnravelOptions,
  unravelIndex,
} from "./indexing/ravel-multi-index.js";
export {
  type CopytoOptions,
  copyto,
  fillDiagonal,
  place,
  putAt,
  putmask,
} from "./indexing/replace/put.js";
export { set } from "./indexing/replace/set.js";
export { type ShuffleOptions, shuffle } from "./indexing/shuffle.js";
export { blocks, take, takeAlongAxis } from "./indexing/take.js";
export { e, inf, nan, pi } from "./inspection/constants.js";
export {
  type ArrayNamespaceInfo,
  arrayNamespaceInfo,
  type Capabilities,
  type DefaultDTypes,
} from "./inspection/namespace-info.js";
export type { ArrayData, NestedArray, ShapedData } from "./layers/array-data.js";
export type {
  BroadcastRank,
  ComputedValue,
  DataDType,
  DataRank,
  ElementsOf,
  MatmulRank,
  RankMinusOne,
  RankOf,
  RankPlusOne,
  RankRow,
  ScalarDType,
  ScalarOf,
  TypedArrayDType,
} from "./layers/array-types.js";
export type { Device } from "./layers/device.js";
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
} from "./layers/operands.js";
export type { RechunkOptions } from "./layers/rechunk-layer.js";
export type { Slice } from "./layers/slice-layer.js";
export { einsum } from "./linear-algebra/einsum.js";
export { type CrossOptions, cross, inner, kron, vdot } from "./linear-algebra/kron.js";
export * as linalg from "./linear-algebra/linalg.js";
export { dot, matmul, matvec, outer, tensordot, vecdot, vecmat } from "./linear-algebra/matmul.js";
export {
  type MatrixNormOptions,
  matrixNorm,
  type NormOptions,
  norm,
  type VectorNormOptions,
  vectorNorm,
} from "./linear-algebra/norm.js";
export { trace } from "./linear-algebra/trace.js";
export { atleast1d, atleast2d, atleast3d } from "./manipulation/atleast.js";
export { broadcastArrays, broadcastTo } from "./manipulation/broadcast-to.js";
export { concat, concatenate, stack, unstack } from "./manipulation/concatenate.js";
export { expandDims, squeeze } from "./manipulation/expand-dims.js";
export { flip, fliplr, flipud } from "./manipulation/flip.js";
export { deleteAt, deleteAt as delete, insert } from "./manipulation/longer/insert.js";
export {
  type PadFunction,
  type PadMode,
  type PadOptions,
  type PadPairs,
  pad,
} from "./manipulation/longer/pad.js";
export { repeat } from "./manipulation/longer/repeat.js";
export { rechunk, unifyChunks } from "./manipulation/rechunk.js";
export { type ReshapeOptions, ravel, reshape } from "./manipulation/reshape.js";
export {
  type ReshapeBlockwiseOptions,
  reshapeBlockwise,
} from "./manipulation/reshape-blockwise.js";
export { roll, rot90 } from "./manipulation/roll.js";
export { copy, ndim, shape, size } from "./manipulation/shape.js";
export { slidingWindowView } from "./manipulation/sliding-window-view.js";
export { arraySplit, dsplit, hsplit, type Sections, split, vsplit } from "./manipulation/split.js";
export { tile } from "./manipulation/tile.js";
export {
  matrixTranspose,
  moveaxis,
  permuteDims,
  rollaxis,
  swapaxes,
  transpose,
} from "./manipulation/transpose.js";
export {
  append,
  block,
  columnStack,
  dstack,
  hstack,
  type NestedArrays,
  rowStack,
  vstack,
} from "./manipulation/vstack.js";
export * as ma from "./masked/ma.js";
export type { IntegersOptions } from "./random/discrete.js";
export type { Drawn, DrawOptions, FloatDType, IntegerDType, Size } from "./random/draw.js";
export { defaultRng, RandomGenerator, rng } from "./random/generator.js";
export type { RandomOptions } from "./random/random-array.js";
export { type NormalOptions, normal, random, type UniformOptions } from "./random/random-array.js";
export type { ChoiceOptions, PermutationOptions } from "./random/selection.js";
export type { Seed } from "./random/streams.js";
export { allclose, arrayEqual, arrayEquiv } from "./reductions/array-equal.js";
export {
  type CumulativeOptions,
  cumprod,
  cumsum,
  cumulativeProd,
  cumulativeSum,
  type RunningOptions,
} from "./reductions/cumsum.js";
export { moment } from "./reductions/moment.js";
export {
  nanargmax,
  nanargmin,
  nancumprod,
  nancumsum,
  nanmax,
  nanmean,
  nanmin,
  nanprod,
  nanstd,
  nansum,
  nanvar,
} from "./reductions/nansum.js";
export { type PushOptions, push } from "./reductions/push.js";
export {
  all,
  any,
  argmax,
  argmin,
  type DroppedRank,
  type DTypeOption,
  max,
  max as amax,
  mean,
  min,
  min as amin,
  type NoOptions,
  prod,
  type ReducedArray,
  type ReducedRank,
  type ReductionOptions,
  type SumOptions,
  std,
  sum,
  type VarianceOptions,
  variance,
  variance as var,
} from "./reductions/sum.js";
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
export { type BlockTarget, store } from "./results/store.js";
export { type InterpOptions, interp } from "./searching/interp.js";
export { argwhere, flatnonzero, nonzero } from "./searching/nonzero.js";
export {
  countNonzero,
  type DigitizeOptions,
  digitize,
  type IsinOptions,
  isin,
  type SearchOptions,
  searchsorted,
} from "./searching/searchsorted.js";
export { intersect1d, setdiff1d, setxor1d } from "./sets/intersect.js";
export {
  type UniqueAll,
  type UniqueCounts,
  type UniqueInverse,
  type UniqueOptions,
  type UniqueResult,
  union1d,
  unique,
  uniqueAll,
  uniqueCounts,
  uniqueInverse,
  uniqueValues,
} from "./sets/unique.js";
export {
  type ConvolutionMode,
  type ConvolutionOptions,
  convolve,
  correlate,
} from "./signal/convolve.js";
export {
  bartlett,
  blackman,
  hamming,
  hanning,
  kaiser,
  type WindowOptions,
} from "./signal/hanning.js";
export { argpartition, lexsort, type PartialOrderOptions, partition } from "./sorting/partition.js";
export { argsort, type SortOptions, sort } from "./sorting/sort.js";
export { argtopk, topk } from "./sorting/topk.js";
export {
  type Averaged,
  type AverageOptions,
  type AxisReduction,
  average,
  type CoarsenOptions,
  coarsen,
  ptp,
  type WeightedAverage,
} from "./statistics/average.js";
export type { BinEdgesOptions, BinRule, BinSpec, Bins } from "./statistics/bin-edges.js";
export { type BincountOptions, bincount } from "./statistics/bincount.js";
export { type CovarianceOptions, corrcoef, cov } from "./statistics/cov.js";
export {
  type DiffOptions,
  diff,
  type Ediff1dOptions,
  ediff1d,
  type GradientOptions,
  gradient,
  type Spacing,
} from "./statistics/diff.js";
export {
  type HistogramAxesOptions,
  type HistogramOptions,
  histogram,
  histogram2d,
  histogramBinEdges,
  histogramdd,
} from "./statistics/histogram.js";
export {
  type MedianOptions,
  median,
  nanmedian,
  nanpercentile,
  nanquantile,
  percentile,
  type QuantileOptions,
  quantile,
} from "./statistics/quantiles.js";
export * as stats from "./statistics/stats.js";
export {
  type TrapezoidOptions,
  trapezoid,
  type UnwrapOptions,
  unwrap,
} from "./statistics/trapezoid.js";
