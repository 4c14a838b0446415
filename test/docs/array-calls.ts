// A call of every public function on arrays, on small ones whose chunks are easy to follow: what
// facts.test.ts counts, and what the `@returns`, `@chunks` and `@throws` of docstrings are held to.
import * as tw from "../../src/array/index.js";
import type { DType } from "../../src/base/dtype.js";

type AnyArray = tw.ChunkedArray;

/** What calls are given. */
export interface Given {
  /** (4, 6) in 2 × 2 blocks: the first argument of most calls. */
  readonly x: AnyArray;
  /** Another of the same shape, chunks and dtype. */
  readonly y: AnyArray;
  /** (6) in two blocks. */
  readonly v: AnyArray;
  /** (4, 4) in 2 × 2 blocks. */
  readonly square: AnyArray;
  /** (8, 6) in 2 × 2 blocks. */
  readonly samples: AnyArray;
  /** (4, 3) in two blocks of rows. */
  readonly triples: AnyArray;
  /** (2, 2, 4) in two blocks along the last axis. */
  readonly cube: AnyArray;
  /** `x` with a mask. */
  readonly masked: tw.ma.MaskedArray;
}

/** Arguments of a dtype. */
export function given(dtype: DType): Given {
  const x = counting([4, 6], [2, 3], dtype);
  return {
    x,
    y: counting([4, 6], [2, 3], dtype, 1),
    v: counting([6], [3], dtype),
    square: counting([4, 4], [2, 2], dtype),
    samples: counting([8, 6], [4, 3], dtype),
    triples: counting([4, 3], [2, 3], dtype),
    cube: counting([2, 2, 4], [2, 2, 2], dtype),
    masked: tw.ma.maskedArray(x, { mask: bool }),
  };
}

const whole = counting([4, 6], [2, 3], "int32");
const bool = counting([4, 6], [2, 3], "bool");
/** Arguments beside those of {@link given}: no one counts the tasks that make them. */
export const OTHERS: readonly AnyArray[] = [whole, bool];
const bins = { range: [0, 24] } as const;
const plane = {
  range: [
    [0, 6],
    [0, 6],
  ],
} as const;

function counting(
  shape: readonly number[],
  chunks: readonly number[],
  dtype: DType,
  from = 0,
): AnyArray {
  const length = shape.reduce((product, axis) => product * axis, 1);
  const values = Float64Array.from({ length }, (_, i) => from + i);
  return tw.fromArray(values, { shape, chunks: [...chunks], dtype });
}

/** Elementwise functions of one array. */
const UNARY = `negative positive abs sign square reciprocal fabs real imag conj angle isreal
  iscomplex exp expm1 log log1p log2 log10 sqrt cbrt exp2 spacing mantissa exponent modf frexp
  logicalNot isfinite isinf isnan signbit isneginf isposinf isnull notnull ceil floor trunc fix
  round rint i0 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sinc deg2rad rad2deg
  nanToNum around`;
/** Elementwise functions of two arrays. */
const BINARY = `add subtract multiply divide floorDivide remainder fmod pow divmod floatPower equal
  notEqual less lessEqual greater greaterEqual logaddexp logaddexp2 maximum minimum fmax fmin
  copysign nextafter ldexp logicalAnd logicalOr logicalXor gammaincc atan2 hypot isclose`;
/** Functions of an array and an axis. */
const ALONG_AXIS = `sum prod mean variance std min max any all argmin argmax nansum nanprod nanmean
  nanvar nanstd nanmin nanmax nanargmin nanargmax countNonzero ptp average cumsum cumprod
  nancumsum nancumprod flip median nanmedian`;
const FOURIER = `fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft fft.fftn fft.ifftn fft.rfftn
  fft.irfftn fft.fft2 fft.ifft2 fft.rfft2 fft.irfft2 fft.fftshift fft.ifftshift`;

const same = (block: { readonly data: unknown }) => block.data;
const firstOf = (lane: Float64Array) => lane[0] as number;
const first = (block: { readonly data: ArrayLike<unknown> }) => [block.data[0] as number];

/** A call, with arguments of one dtype. */
export type Call = (given: Given) => unknown;
type Argument = keyof Given | number | readonly (keyof Given)[];

/**
 * Calls of the functions `names` with the same arguments: those of {@link Given} by their names.
 */
function each(names: string, ...args: readonly Argument[]): [string, Call][] {
  const call = (name: string, given: Given) => {
    const one = (arg: Argument): unknown => {
      if (typeof arg === "number") return arg;
      return typeof arg === "string" ? given[arg] : arg.map((key) => given[key]);
    };
    return functionNamed(name)(...args.map(one));
  };
  return names.split(/\s+/).map((name) => [name, (given) => call(name, given)]);
}

function functionNamed(name: string): (...args: readonly unknown[]) => unknown {
  const value = name.split(".").reduce<unknown>((o, key) => (o as never)[key], tw);
  return value as never;
}

/** By public name, what to call: one name of each function that gives arrays. */
export const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ...each(UNARY, "x"),
  ...each("bitwiseInvert", "x"),
  ...each(BINARY, "x", "y"),
  ...each("bitwiseAnd bitwiseOr bitwiseXor bitwiseLeftShift bitwiseRightShift", "x", "y"),
  ...each(ALONG_AXIS, "x", 0),
  ...each(FOURIER, "x"),
  ...each("moment stats.moment", "x", 2),
  ...each("ravel unique uniqueValues uniqueCounts uniqueInverse uniqueAll", "x"),
  ...each(
    "atleast1d atleast2d atleast3d transpose matrixTranspose fliplr flipud copy tril triu",
    "x",
  ),
  ...each(
    "zerosLike onesLike emptyLike argwhere flatnonzero nonzero ediff1d sort argsort push",
    "x",
  ),
  ...each(
    "diff gradient unstack trace diagonal diag cov corrcoef rot90 norm vectorNorm matrixNorm",
    "x",
  ),
  ...each(
    "union1d intersect1d setdiff1d setxor1d arrayEqual allclose dot vecdot vdot outer",
    "v",
    "v",
  ),
  ...each("kron inner append", "v", "v"),
  ...each("topk argtopk split arraySplit vsplit roll", "x", 2),
  ...each("quantile nanquantile", "x", 0.5, 0),
  ...each("percentile nanpercentile", "x", 50, 0),
  ...each("concatenate concat stack vstack hstack dstack block", ["x", "y"]),
  ["broadcastArrays", ({ v, x }) => tw.broadcastArrays(x, v)],
  ["cumulativeSum", ({ x }) => tw.cumulativeSum(x, { axis: 0 })],
  ["cumulativeProd", ({ x }) => tw.cumulativeProd(x, { axis: 0 })],
  ["clip", ({ x }) => tw.clip(x, 1, 3)],
  ["where", ({ x }) => tw.where(bool, x, 0)],
  ["betainc", ({ x }) => tw.betainc(x, x, 0.5)],
  ["astype", ({ x }) => tw.astype(x, "float32")],
  ["applyAlongAxis", ({ x }) => tw.applyAlongAxis(firstOf, 0, x)],
  ["applyOverAxes", ({ x }) => tw.applyOverAxes(tw.sum, x, [0])],
  ["tile", ({ x }) => tw.tile(x, 2)],
  ["meshgrid", ({ v }) => tw.meshgrid([v, v])],
  ["blockwise", ({ x }) => tw.blockwise(same as never, "ij", [[x, "ij"]] as never)],
  ["applyGufunc", ({ x }) => tw.applyGufunc(first as never, "(i)->()", [x])],
  ["reduction", ({ x }) => tw.reduction(x, first as never, first as never)],
  ["select", ({ x }) => tw.select([bool], [x])],
  ["choose", ({ x }) => tw.choose(whole, [x, 0])],
  ["piecewise", ({ x }) => tw.piecewise(x, [bool], [1, 0])],
  ["einsum", ({ x }) => tw.einsum("ij,kj->ik", x, x)],
  ["ravelMultiIndex", ({ x }) => tw.ravelMultiIndex([x, x], [24, 24])],
  ["unravelIndex", ({ x }) => tw.unravelIndex(x, [4, 6])],
  ["fft.fftfreq", () => tw.fft.fftfreq(6, { chunks: 3 } as never)],
  ["fft.rfftfreq", () => tw.fft.rfftfreq(6, { chunks: 2 } as never)],
  ["rollaxis", ({ x }) => tw.rollaxis(x, 1)],
  ["unifyChunks", ({ x, y }) => tw.unifyChunks(x, y)],
  ["reshapeBlockwise", ({ x }) => tw.reshapeBlockwise(x, [24])],
  ["view", ({ x }) => tw.view(x, "int32")],
  ["histogram", ({ v }) => tw.histogram(v, 2, bins)],
  ["histogram2d", ({ v }) => tw.histogram2d(v, v, 2, plane as never)],
  ["histogramdd", ({ v }) => tw.histogramdd([v, v] as never, [2, 2], plane as never)],
  ["insert", ({ x }) => tw.insert(x, 1, 0, 0 as never)],
  ["deleteAt", ({ x }) => tw.deleteAt(x, 1, 0)],
  ["matmul", ({ square }) => tw.matmul(square, square)],
  ["tensordot", ({ square }) => tw.tensordot(square, square, 1)],
  ["mapBlocks", ({ x }) => tw.mapBlocks(x, same as never)],
  ["overlap", ({ x }) => tw.overlap(x, { depth: 1 })],
  ["mapOverlap", ({ x }) => tw.mapOverlap(x, same as never, { depth: 1 })],
  ["slidingWindowView", ({ x }) => tw.slidingWindowView(x, 2, 0 as never)],
  ["repeat", ({ x }) => tw.repeat(x, 2, 0)],
  ["pad", ({ x }) => tw.pad(x, 1)],
  ["cross", ({ triples }) => tw.cross(triples, triples)],
  ["rechunk", ({ x }) => tw.rechunk(x, [4, 2])],
  ["withLabels", ({ x }) => tw.withLabels(x, { dims: ["y", "x"] })],
  ["reshape", ({ x }) => tw.reshape(x, [2, 2, 6])],
  ["searchsorted", ({ v, x }) => tw.searchsorted(v, x)],
  ["isin", ({ x }) => tw.isin(x, [1, 2])],
  ["digitize", ({ x }) => tw.digitize(x, [1, 2])],
  ["bincount", ({ v }) => tw.bincount(v)],
  ["compress", ({ x }) => tw.compress([true, false, true], x, 0)],
  ["extract", ({ x }) => tw.extract(bool, x)],
  ["set", ({ x }) => tw.set(x, [0], 1)],
  ["getSlice", ({ x }) => tw.getSlice(x, ["1:3"])],
  [
    "vindex",
    ({ x }) =>
      tw.vindex(x, [
        [0, 1],
        [0, 1],
      ]),
  ],
  ["hsplit", ({ x }) => tw.hsplit(x, 2)],
  ["dsplit", ({ cube }) => tw.dsplit(cube, 2)],
  ["coarsen", ({ x }) => tw.coarsen(tw.sum, x, { 0: 2 })],
  ["take", ({ x }) => tw.take(x, [2, 0], 0)],
  ["takeAlongAxis", ({ x }) => tw.takeAlongAxis(x, [[1, 2, 3, 0, 0, 0]], 0)],
  ["blocks", ({ x }) => tw.blocks(x, [0])],
  ["permuteDims", ({ x }) => tw.permuteDims(x, [1, 0])],
  ["swapaxes", ({ x }) => tw.swapaxes(x, 0, 1)],
  ["moveaxis", ({ x }) => tw.moveaxis(x, 0, 1)],
  ["expandDims", ({ x }) => tw.expandDims(x, 0)],
  ["squeeze", ({ x }) => tw.squeeze(tw.expandDims(x, 0))],
  ["broadcastTo", ({ x }) => tw.broadcastTo(x, [2, 4, 6])],
  ["zeros", () => tw.zeros([4, 6], { chunks: [2, 3] })],
  ["ones", () => tw.ones([4, 6], { chunks: [2, 3] })],
  ["empty", () => tw.empty([4, 6], { chunks: [2, 3] })],
  ["full", () => tw.full([4, 6], 7, { chunks: [2, 3] })],
  ["fullLike", ({ x }) => tw.fullLike(x, 7)],
  ["arange", () => tw.arange(6, { chunks: 3 })],
  ["linspace", () => tw.linspace(0, 1, 6, { chunks: 3 })],
  ["eye", () => tw.eye(4, 4, { chunks: 2 })],
  ["tri", () => tw.tri(4, 4, { chunks: 2 })],
  ["indices", () => tw.indices([4, 6], { chunks: [2, 3] } as never)],
  [
    "fromFunction",
    () =>
      tw.fromFunction((i, j) => tw.add(i as never, j as never) as never, [4, 6], {
        chunks: [2, 3],
      } as never),
  ],
  [
    "fromSource",
    () => tw.fromSource({ shape: [4, 6], chunks: [2, 3], read: () => new Float64Array(6) }),
  ],
  ["fromBlocks", () => tw.fromBlocks(() => [0], [4, 6], { chunks: [2, 3] })],
  ["fromArray", () => tw.fromArray([1, 2, 3, 4], { chunks: 2 })],
  ["asarray", () => tw.asarray([1, 2, 3, 4], { chunks: 2 })],
  ["fromDlpack", ({ x }) => tw.fromDlpack(x)],
  ["random", () => tw.random([4, 6], { chunks: [2, 3], seed: 1 })],
  ["normal", () => tw.normal([4, 6], { chunks: [2, 3], seed: 1 })],
  ["triuIndices", () => tw.triuIndices(4)],
  ["trilIndices", () => tw.trilIndices(4)],
  ["triuIndicesFrom", ({ square }) => tw.triuIndicesFrom(square)],
  ["trilIndicesFrom", ({ square }) => tw.trilIndicesFrom(square)],
  ["linalg.svdCompressed", ({ x }) => tw.linalg.svdCompressed(x, 2, { seed: 1 } as never)],
  ...each(
    "linalg.cholesky linalg.qr linalg.lu linalg.inv linalg.det linalg.slogdet linalg.svd",
    "square",
  ),
  ...each(
    "linalg.svdvals linalg.eigh linalg.eigvalsh linalg.eig linalg.eigvals linalg.pinv",
    "square",
  ),
  ...each("linalg.matrixRank linalg.diagonal linalg.trace", "square"),
  ...each("linalg.lstsq linalg.solve linalg.solveTriangular", "square", "square"),
  ["linalg.cond", ({ square }) => tw.linalg.cond(square)],
  ["linalg.multiDot", ({ square }) => tw.linalg.multiDot([square, square, square])],
  ["linalg.tensorinv", ({ square }) => tw.linalg.tensorinv(square, { ind: 1 })],
  [
    "linalg.tensorsolve",
    ({ square }) => tw.linalg.tensorsolve(square, tw.ones([4], { chunks: 2 })),
  ],
  ["linalg.outer", ({ v }) => tw.linalg.outer(v, v)],
  ["linalg.matrixPower", ({ square }) => tw.linalg.matrixPower(square, 2)],
  ...each("ma.maskedEqual ma.maskedNotEqual ma.maskedGreater ma.maskedGreaterEqual", "x", 2),
  ...each("ma.maskedLess ma.maskedLessEqual ma.maskedValues", "x", 2),
  ...each("ma.maskedInside ma.maskedOutside", "x", 2, 3),
  ...each("ma.maskedInvalid ma.fixInvalid", "x"),
  ["ma.maskedArray", ({ x }) => tw.ma.maskedArray(x, { mask: bool })],
  ["ma.maskedWhere", ({ x }) => tw.ma.maskedWhere(bool, x)],
  ...each("ma.filled ma.getdata ma.getmaskarray ma.setFillValue ma.nonzero", "masked"),
  ...each("ma.onesLike ma.zerosLike ma.emptyLike", "masked"),
  ...each("ma.count ma.average ma.countMasked ma.median ma.argmin ma.argmax", "masked", 0),
  ...each("ma.cumsum ma.cumprod ma.ptp ma.anom", "masked", 0),
  ...each("ma.compressed ma.isMasked", "masked"),
  ...each("ma.allequal ma.allclose", "masked", "masked"),
  ["ma.concatenate", ({ masked, x }) => tw.ma.concatenate([masked, x])],
  ["ma.maskOr", () => tw.ma.maskOr(bool, bool)],
  ["ma.maskedAll", () => tw.ma.maskedAll([4, 6], { chunks: [2, 3] })],
  ["ma.where", ({ masked }) => tw.ma.where(bool, masked, 0)],
  ...each("stats.skew stats.kurtosis", "x"),
  ["stats.skewtest", ({ samples }) => tw.stats.skewtest(samples)],
  ["stats.kurtosistest", ({ samples }) => tw.stats.kurtosistest(samples)],
  ["stats.normaltest", ({ samples }) => tw.stats.normaltest(samples)],
  ["stats.ttest1samp", ({ x }) => tw.stats.ttest1samp(x, 2)],
  ...each("stats.ttestInd stats.ttestRel", "x", "y"),
  ...each("stats.powerDivergence stats.chisquare", "x"),
  ["stats.fOneway", ({ x, y }) => tw.stats.fOneway([x, y])],
  ...each("bitwiseCount", "x"),
  ...each("gcd lcm heaviside", "x", "y"),
  ...each("arrayEquiv convolve correlate", "v", "v"),
  ["vectorize", ({ x }) => tw.vectorize((value: number) => value + 1)(x)],
  ["frompyfunc", ({ x }) => tw.frompyfunc((value: number) => value + 1, 1, 1)(x)],
  ["gufunc", ({ x }) => tw.gufunc(first as never, { signature: "(i)->()" })(x)],
  ["asGufunc", ({ x }) => tw.asGufunc("(i)->()")(first as never)(x)],
  ["histogramBinEdges", ({ v }) => tw.histogramBinEdges(v, 2)],
  ...each("trapezoid unwrap diagflat", "v"),
  ["columnStack", ({ v }) => tw.columnStack([v, v])],
  ["groupBy", ({ x }) => tw.groupBy(x, [0, 1, 0, 1]).sum()],
  ["resample", ({ x }) => tw.resample(x, [0, 1, 5e8, 6e8], "1d").sum()],
  ["rolling", ({ x }) => tw.rolling(x, 2).mean()],
  ["interpAlong", ({ x }) => tw.interpAlong(x, [0, 1, 2, 3], [0.5, 2.5])],
  ["interp", ({ x }) => tw.interp(x, [0, 1], [0, 1])],
  ["matvec", ({ x, v }) => tw.matvec(x, v)],
  ["vecmat", ({ v, samples }) => tw.vecmat(v, samples.T)],
  ["trimOverlap", ({ x }) => tw.trimOverlap(x, { depth: 1 })],
  ...each("partition argpartition", "x", 1),
  ["lexsort", ({ v, x }) => tw.lexsort([v, x.slice(0)])],
  ["copyto", ({ x }) => tw.copyto(x, 1)],
  ["fillDiagonal", ({ square }) => tw.fillDiagonal(square, 1)],
  ["place", ({ x }) => tw.place(x, bool, [1])],
  ["putAt", ({ x }) => tw.putAt(x, [1, 2], 1)],
  ["putmask", ({ x }) => tw.putmask(x, bool, [1])],
  [
    "shuffle",
    ({ x }) =>
      tw.shuffle(
        x,
        [
          [1, 0],
          [2, 3],
        ],
        0,
      ),
  ],
  ["polyval", ({ x }) => tw.polyval([1, 2], x)],
  ["vander", ({ v }) => tw.vander(v, { n: 3 })],
  ["geomspace", () => tw.geomspace(1, 8, 6, { chunks: 3 })],
  ["logspace", () => tw.logspace(0, 1, 6, { chunks: 3 })],
  ["identity", () => tw.identity(4, { chunks: 2 })],
  ["diagIndices", () => tw.diagIndices(4)],
  ["diagIndicesFrom", ({ square }) => tw.diagIndicesFrom(square)],
  ...each("bartlett blackman hamming hanning", 6),
  ["kaiser", () => tw.kaiser(6, 1)],
]);
