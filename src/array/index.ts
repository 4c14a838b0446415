// The entry `tilework/array`: chunked arrays without a cluster. Loads no native addon. What computes
// must be given, as `compute({ executor })`; the entry `tilework` sets a default.

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
export type { BlockInfo } from "../kernels/map-blocks.js";
export type { ArrayData, NestedArray, ShapedData } from "./array-data.js";
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
} from "./array-types.js";
export type { AxisLike, ShapeLike } from "./axes.js";
export { broadcastShapes } from "./broadcast.js";
export { ChunkedArray } from "./chunked-array.js";
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
} from "./compute.js";
export { e, inf, nan, pi } from "./constants.js";
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
} from "./create.js";
export type { Device } from "./device.js";
export * as fft from "./fft.js";
export {
  asarray,
  asarray as array,
  asarray as asanyarray,
  type FromArrayOptions,
  fromArray,
  fromDlpack,
} from "./from-array.js";
export {
  type Ellipsis,
  ellipsis,
  type IndexEntry,
  type IndexList,
  type NewAxis,
  newAxis,
  type SlicedRank,
  slice,
} from "./indexing.js";
export { blocksInOrder, type ComputedBlock, type IterationOptions } from "./iterate.js";
export * as linalg from "./linalg/index.js";
export * as ma from "./ma.js";
export {
  type ArrayNamespaceInfo,
  arrayNamespaceInfo,
  type Capabilities,
  type DefaultDTypes,
} from "./namespace-info.js";
export {
  type AxisChunks,
  type ChunkSpec,
  type NormalizeOptions,
  normalizeChunks,
} from "./normalize-chunks.js";
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
} from "./operands.js";
export {
  type ApplyAlongAxisOptions,
  applyAlongAxis,
  applyOverAxes,
  type LaneFunction,
} from "./ops/along-axes.js";
export { allclose, arrayEqual, arrayEquiv } from "./ops/array-equal.js";
export { type AstypeOptions, astype } from "./ops/astype.js";
export { atleast1d, atleast2d, atleast3d } from "./ops/atleast.js";
export type { BinEdgesOptions, BinRule, BinSpec, Bins } from "./ops/bin-edges.js";
export {
  type BlocksFunction,
  type BlockwiseOptions,
  blockwise,
  type CustomReductionOptions,
  reduction,
} from "./ops/block-functions.js";
export { broadcastArrays, broadcastTo } from "./ops/broadcast-to.js";
export {
  type ConvolutionMode,
  type ConvolutionOptions,
  convolve,
  correlate,
} from "./ops/convolving.js";
export { type BincountOptions, bincount } from "./ops/counting.js";
export { type CovarianceOptions, corrcoef, cov } from "./ops/cov.js";
export {
  type CumulativeOptions,
  cumprod,
  cumsum,
  cumulativeProd,
  cumulativeSum,
  type RunningOptions,
} from "./ops/cumulative.js";
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
} from "./ops/data-types.js";
export { type DiagonalOptions, diagonal } from "./ops/diagonal.js";
export {
  type DiffOptions,
  diff,
  type Ediff1dOptions,
  ediff1d,
  type GradientOptions,
  gradient,
  type Spacing,
} from "./ops/differences.js";
export { einsum } from "./ops/einsum.js";
export {
  type ElementFunction,
  type ElementFunctionOptions,
  type ElementsFunction,
  frompyfunc,
  type VectorizedFunction,
  vectorize,
} from "./ops/element-functions.js";
export type { Fractional, ShortFractional, Truth } from "./ops/elementwise/arguments.js";
export * from "./ops/elementwise.js";
export { expandDims, squeeze } from "./ops/expand-dims.js";
export {
  type PositionMode,
  type PositionOrder,
  type RavelOptions,
  ravelMultiIndex,
  type UnravelOptions,
  unravelIndex,
} from "./ops/flat-indices.js";
export { flip, fliplr, flipud } from "./ops/flip.js";
export { type ReshapeBlockwiseOptions, reshapeBlockwise } from "./ops/grids.js";
export type { CoreAxes } from "./ops/gufunc-axes.js";
export {
  applyGufunc,
  asGufunc,
  type BlockListFunction,
  type GufuncOfArrays,
  type GufuncOptions,
  type GufuncResult,
  gufunc,
  type NamedGufuncOptions,
} from "./ops/gufuncs.js";
export {
  type HistogramAxesOptions,
  type HistogramOptions,
  histogram,
  histogram2d,
  histogramBinEdges,
  histogramdd,
} from "./ops/histograms.js";
export { deleteAt, deleteAt as delete, insert } from "./ops/insert.js";
export {
  type TrapezoidOptions,
  trapezoid,
  type UnwrapOptions,
  unwrap,
} from "./ops/integrals.js";
export { type InterpOptions, interp } from "./ops/interpolating.js";
export { type CloseOptions, isclose } from "./ops/isclose.js";
export {
  append,
  block,
  columnStack,
  dstack,
  hstack,
  type NestedArrays,
  rowStack,
  vstack,
} from "./ops/joining.js";
export { argtopk, topk } from "./ops/largest.js";
export { dot, matmul, matvec, outer, tensordot, vecdot, vecmat } from "./ops/linalg.js";
export {
  type BlockFunction,
  type BlockGiven,
  type BlockResult,
  type BlocksOf,
  type MapBlocksOptions,
  type MapRank,
  mapBlocks,
} from "./ops/map-blocks.js";
export { type MapOverlapOptions, mapOverlap } from "./ops/map-overlap.js";
export { type MeshgridOptions, meshgrid } from "./ops/meshgrid.js";
export { moment } from "./ops/moments.js";
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
} from "./ops/nan-reductions.js";
export { type NanToNumOptions, nanToNum } from "./ops/nan-to-num.js";
export { argwhere, flatnonzero, nonzero } from "./ops/nonzero.js";
export {
  type MatrixNormOptions,
  matrixNorm,
  type NormOptions,
  norm,
  type VectorNormOptions,
  vectorNorm,
} from "./ops/norms.js";
export { type OverlapOptions, overlap, trimOverlap } from "./ops/overlap.js";
export type { Boundary, BoundaryByAxis, Depth, DepthByAxis } from "./ops/overlap-depth.js";
export {
  type PadFunction,
  type PadMode,
  type PadOptions,
  type PadPairs,
  pad,
} from "./ops/padding.js";
export { argpartition, lexsort, type PartialOrderOptions, partition } from "./ops/partitioning.js";
export { type CopytoOptions, copyto, fillDiagonal, place, putAt, putmask } from "./ops/placing.js";
export { type CrossOptions, cross, inner, kron, vdot } from "./ops/products.js";
export { type PushOptions, push } from "./ops/push.js";
export {
  type MedianOptions,
  median,
  nanmedian,
  nanpercentile,
  nanquantile,
  percentile,
  type QuantileOptions,
  quantile,
} from "./ops/quantiles.js";
export { rechunk, unifyChunks } from "./ops/rechunk.js";
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
} from "./ops/reductions.js";
export { repeat } from "./ops/repeating.js";
export { type ReshapeOptions, ravel, reshape } from "./ops/reshape.js";
export { roll, rot90 } from "./ops/roll.js";
export {
  countNonzero,
  type DigitizeOptions,
  digitize,
  type IsinOptions,
  isin,
  type SearchOptions,
  searchsorted,
} from "./ops/searching.js";
export { compress, extract } from "./ops/selecting.js";
export { set } from "./ops/set.js";
export { intersect1d, setdiff1d, setxor1d } from "./ops/sets.js";
export { copy, ndim, shape, size } from "./ops/shape.js";
export { type ShuffleOptions, shuffle } from "./ops/shuffle.js";
export { getSlice, vindex } from "./ops/slicing.js";
export { slidingWindowView } from "./ops/sliding-windows.js";
export { argsort, type SortOptions, sort } from "./ops/sorting.js";
export { arraySplit, dsplit, hsplit, type Sections, split, vsplit } from "./ops/splitting.js";
export { concat, concatenate, stack, unstack } from "./ops/stacking.js";
export {
  type Averaged,
  type AverageOptions,
  type AxisReduction,
  average,
  type CoarsenOptions,
  coarsen,
  ptp,
  type WeightedAverage,
} from "./ops/statistics.js";
export { blocks, take, takeAlongAxis } from "./ops/take.js";
export { tile } from "./ops/tile.js";
export { trace } from "./ops/trace.js";
export {
  matrixTranspose,
  moveaxis,
  permuteDims,
  rollaxis,
  swapaxes,
  transpose,
} from "./ops/transpose.js";
export { diag, diagflat, type TriangleOptions, tril, triu } from "./ops/triangles.js";
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
} from "./ops/unique.js";
export { view } from "./ops/view.js";
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
} from "./patterns.js";
export { polyval } from "./polynomials.js";
export type { IntegersOptions } from "./random/discrete.js";
export type { Drawn, DrawOptions, FloatDType, IntegerDType, Size } from "./random/draw.js";
export { defaultRng, RandomGenerator, rng } from "./random/generator.js";
export type { ChoiceOptions, PermutationOptions } from "./random/selection.js";
export type { Seed } from "./random/streams.js";
export { type NormalOptions, normal, random, type UniformOptions } from "./random.js";
export { geomspace, identity, type LogspaceOptions, logspace } from "./ranges.js";
export type { RechunkOptions } from "./rechunk-layer.js";
export type { Slice } from "./slice-layer.js";
export * as stats from "./stats.js";
export { type BlockTarget, store } from "./store.js";
export { type SvgOptions, toSvg } from "./svg.js";
export {
  diagIndices,
  diagIndicesFrom,
  type RowsAndColumns,
  type TriangleIndexOptions,
  trilIndices,
  trilIndicesFrom,
  triuIndices,
  triuIndicesFrom,
} from "./triangle-indices.js";
export { type VanderOptions, vander } from "./vander.js";
export {
  bartlett,
  blackman,
  hamming,
  hanning,
  kaiser,
  type WindowOptions,
} from "./windows.js";
