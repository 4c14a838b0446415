// Calls of every function on arrays, and what is wrong with arguments of each kind. A line has
// names, then the parameters by their kinds; options stand in braces.
import * as t from "../../src/array/index.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";

export const CALLS = `
absolute abs acos acosh angle arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh cbrt ceil conj conjugate cos cosh deg2rad degrees exp exp2 expm1 exponent fabs fix floor i0 imag iscomplex isfinite isinf isnan isneginf isnull isposinf isreal log log10 log1p log2 logicalNot mantissa negative notnull positive rad2deg radians real reciprocal rint round sign signbit sin sinc sinh spacing sqrt square tan tanh trunc frexp modf: (x)
bitwiseInvert bitwiseNot invert bitwiseCount: (i)
add arctan2 atan2 copysign divide divmod equal floatPower floorDivide fmax fmin fmod gammaincc greater greaterEqual heaviside hypot ldexp less lessEqual logaddexp logaddexp2 logicalAnd logicalOr logicalXor maximum minimum mod multiply nextafter notEqual pow power remainder subtract trueDivide: (x, operand)
bitwiseAnd bitwiseOr bitwiseXor bitwiseLeftShift bitwiseRightShift leftShift rightShift gcd lcm: (i, intOperand)
betainc: (x, operand, operand)
clip: (x, operand, operand)
where: (b, operand, operand)
sum prod: (x, axes, {dtype, keepdims})
mean max min amax amin any all: (x, axes, {keepdims})
var variance std: (x, axes, {correction, keepdims})
argmax argmin: (x, axis, {keepdims})
nansum nanprod nanmax nanmin nanmean: (x, axes, {keepdims})
nanvar nanstd: (x, axes, {correction})
nanargmax nanargmin: (x, axis)
countNonzero: (x, axes)
ptp: (x, axis)
moment: (x, count, axes)
average: (x, axis, {weights})
median nanmedian: (x, axis)
quantile nanquantile: (x, share, axis)
percentile nanpercentile: (x, hundred, axis)
cumsum cumprod nancumsum nancumprod: (x, axis, {dtype})
cumulativeSum cumulativeProd: (v, {axis0, dtype})
diff: (x, {axis, n})
ediff1d: (x)
gradient: (x, {axes, spacing})
trapezoid: (x, {axis, dx})
unwrap: (x, {axis, period})
convolve correlate: (v, vectorOperand, {mode})
interp: (x, points, heights)
sort argsort: (x, {axis})
partition argpartition: (x, position, {axis})
lexsort: (arrays, {axis})
topk argtopk: (x, k1, axis)
searchsorted: (v, operand, {side})
digitize: (x, points)
isin: (x, operand)
histogram histogramBinEdges: (x, bins)
histogram2d: (v, v, twoBins)
histogramdd: (x, fourBins)
bincount: (iv, {minlength})
unique uniqueValues uniqueAll uniqueCounts uniqueInverse: (x)
union1d intersect1d setdiff1d setxor1d: (x, x)
nonzero flatnonzero argwhere ravel flipud fliplr atleast1d atleast2d atleast3d shape ndim size copy transpose matrixTranspose: (x)
compress: (bools3, x, axis0)
extract: (b, x)
reshape: (x, shape12)
reshapeBlockwise: (xwhole, shape12)
view: (x, dtype)
squeeze: (x1, axis1)
expandDims: (x, axis)
swapaxes: (x, axis, axis0)
moveaxis: (x, axis, axis0)
rollaxis: (x, axis)
permuteDims: (x, order)
broadcastTo: (x, shape234)
broadcastArrays: (x, x)
unifyChunks: (x, x)
concat concatenate stack: (arrays, axis)
vstack hstack dstack columnStack rowStack block: (arrays)
append: (x, rowOperand, axis0)
insert: (x, position, operand, axis)
delete deleteAt: (x, position, axis)
split arraySplit: (x, one, axis)
vsplit hsplit: (x, one)
dsplit: (cube, one)
unstack: (x, axis)
flip: (x, axes)
roll: (x, k, axis)
rot90: (x, k, axes01)
repeat: (x, count, axis)
tile: (x, counts)
meshgrid: (vectors)
pad: (x, count)
tril triu: (x, {k})
diag diagflat: (v, {k})
diagonal trace: (x, {offset})
take: (x, positions, axis)
takeAlongAxis: (x, intsAlong, axis0)
getSlice vindex: (x, keys)
blocks: (x, blockKeys)
set: (x, keys, operand)
putAt: (x, positions, operand)
putmask place: (x, b, operand)
copyto: (x, operand)
fillDiagonal: (x, operand)
shuffle: (x, groups, axis0)
choose: (choice, arrays)
select: (conditions, oneArray)
piecewise: (x, bools, pieces)
nanToNum: (x, {nan})
isclose allclose arrayEqual arrayEquiv: (x, operand)
around: (x, k)
push: (x, {axis, limit})
matmul: (x, xT)
dot: (x, xT)
tensordot: (x, xT, one)
vecdot: (x, x, {axis})
outer: (v, v)
inner: (x, x)
vdot: (x, x)
kron: (x, x)
cross: (x3, x3, {axis})
matvec: (x, v4)
vecmat: (v3, x)
einsum: (subscripts, x)
norm: (x, {ord, axes})
vectorNorm: (x, {axes})
matrixNorm: (x)
cov corrcoef: (x)
coarsen: (fsum, x, factors)
applyAlongAxis: (f, axis, x)
applyOverAxes: (fsum2, x, axes)
applyGufunc: (f, signature, arrays1)
gufunc: (f, {signature})
asGufunc: (signature)
vectorize: (f)
frompyfunc: (f, one, one)
blockwise: (f, letters, named)
reduction: (x, f, f, {axes, splitEvery})
mapBlocks: (x, f, {dtype})
mapOverlap: (x, f, {depth})
overlap: (x, {depth})
trimOverlap: (xwhole, {depth})
slidingWindowView: (x, one, axis)
groupBy: (x, labels, {axis})
interpAlong: (x, ascending, places, {axis})
resample: (x, dates, every, {axis})
rolling: (x, one, {axis, minPeriods})
fromSource: (blocks)
rechunk: (x, chunks)
astype: (x, dtype)
canCast: (x, dtype)
promoteTypes: (dtype, dtype)
resultType: (x, dtype)
isdtype: (dtype, dtype)
iscomplexobj isrealobj: (x)
finfo: (x)
iinfo: (i)
ravelMultiIndex: (intVectors, shape34)
unravelIndex: (iv, shape34)
zeros ones empty: (shape34, {dtype, chunks})
full: (shape34, number, {dtype, chunks})
zerosLike onesLike emptyLike: (x, {dtype, chunks})
fullLike: (x, number, {dtype, chunks})
arange: (number, number10, step, {dtype, chunks})
linspace logspace: (number, number10, count, {dtype, chunks})
geomspace: (one, number10, count, {dtype, chunks})
eye tri: (count, count, {k, dtype, chunks})
identity: (count, {dtype, chunks})
indices: (shape34, {dtype, chunks})
fromFunction fromfunction: (fsum2, shape34, {dtype, chunks})
fromBlocks: (f, shape34, {dtype, chunks})
asarray array asanyarray fromArray: (data, {dtype, chunks})
fromDlpack: (x)
triuIndices trilIndices: (count, {k})
triuIndicesFrom trilIndicesFrom: (x)
diagIndices: (count, count)
diagIndicesFrom: (q)
bartlett blackman hamming hanning: (count)
kaiser: (count, number)
polyval: (coefficients, x)
vander: (v, {n})
normalizeChunks: (chunks, shape34)
broadcastShapes: (shape34, shape34)
toSvg: (x)
store: (x, target, {executor})
fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft: (x, {n, axis})
fft.fft2 fft.ifft2 fft.rfft2 fft.irfft2: (x, {axes01})
fft.fftn fft.ifftn fft.rfftn fft.irfftn: (x, {axes})
fft.fftshift fft.ifftshift: (x, {axes})
fft.fftfreq fft.rfftfreq: (one, {d})
linalg.cholesky linalg.det linalg.inv linalg.eigh linalg.eig linalg.eigvals linalg.eigvalsh linalg.slogdet linalg.lu: (q)
linalg.qr linalg.svd linalg.svdvals linalg.pinv linalg.matrixRank: (x)
linalg.cond: (q)
linalg.multiDot: (squares)
linalg.tensorinv: (q, {ind})
linalg.tensorsolve: (q, v4)
linalg.matrixPower: (q, count)
linalg.solve: (q, q)
linalg.solveTriangular: (q, q)
linalg.lstsq: (xtall, v3)
linalg.svdCompressed: (x, one)
linalg.cross: (x3, x3, {axis})
linalg.diagonal linalg.trace: (x, {offset})
linalg.matmul linalg.dot: (x, xT)
linalg.matrixNorm linalg.matrixTranspose: (x)
linalg.norm: (x, {ord, axes})
linalg.outer: (v, v)
linalg.tensordot: (x, xT, one)
linalg.vecdot: (x, x, {axis})
linalg.vectorNorm: (x, {axes})
stats.skew stats.kurtosis: (x, {axis})
stats.skewtest stats.kurtosistest stats.normaltest: (tall, {axis0})
stats.moment: (x, count, {axis})
stats.chisquare stats.powerDivergence: (x, {axis})
stats.ttest1samp: (x, number, {axis0})
stats.ttestInd stats.ttestRel: (x, x, {axis0})
stats.fOneway: (vectorPair)
ma.count ma.average ma.countMasked ma.median ma.ptp ma.anom: (x, axis)
ma.argmin ma.argmax ma.cumsum ma.cumprod: (x, axis)
ma.compressed ma.isMasked: (maskable)
ma.allequal ma.allclose: (maskable, maskable)
ma.concatenate: (maskables, axis0)
ma.maskOr: (b, operand)
ma.maskedAll: (shape34, {dtype, chunks})
ma.getdata ma.getmaskarray ma.nonzero ma.onesLike ma.zerosLike ma.emptyLike ma.fixInvalid ma.maskedInvalid ma.setFillValue ma.maskedArray ma.filled: (maskable)
ma.maskedEqual ma.maskedGreater ma.maskedGreaterEqual ma.maskedLess ma.maskedLessEqual ma.maskedNotEqual ma.maskedValues: (maskable, number)
ma.maskedInside ma.maskedOutside: (maskable, number, number10)
ma.maskedWhere: (b, maskable)
ma.where: (b, maskable, maskable)
`;

const X = () => t.ones([3, 4], { chunks: 2 });
const bools = () => t.ones([3, 4], { dtype: "bool" });

/** A right argument of each kind. */
export const RIGHT: Readonly<Record<string, () => unknown>> = {
  x: X,
  tall: () => t.ones([30, 2], { chunks: 7 }),
  maskable: X,
  xwhole: () => t.ones([3, 4]),
  x1: () => t.ones([3, 1]),
  i: () => t.ones([3, 4], { dtype: "int32" }),
  b: bools,
  v: () => t.ones(5, { chunks: 2 }),
  v3: () => t.ones(3),
  v4: () => t.ones(4),
  iv: () => t.zeros(5, { dtype: "int64" }),
  q: () => t.eye(4, 4, { chunks: 2 }),
  cube: () => t.ones([2, 3, 4]),
  xT: () => t.ones([4, 3]),
  xtall: () => t.ones([3, 2]),
  x3: () => t.ones([2, 3]),
  choice: () => t.zeros([3, 4], { dtype: "int64" }),
  arrays: () => [X(), X()],
  arrays1: () => [X()],
  maskables: () => [X(), X()],
  squares: () => [t.eye(4), t.eye(4)],
  ind: () => 1,
  oneArray: () => [X()],
  vectors: () => [t.ones(2), t.ones(3)],
  vectorPair: () => [t.arange(5, { dtype: "float64" }), t.arange(6, { dtype: "float64" })],
  intVectors: () => [t.zeros(2, { dtype: "int64" }), t.zeros(2, { dtype: "int64" })],
  conditions: () => [bools()],
  bools: () => [bools()],
  named: () => [[X(), "ij"]],
  operand: () => 2,
  intOperand: () => 2,
  vectorOperand: () => [1, 2],
  rowOperand: () => [[1, 2, 3, 4]],
  points: () => [0, 1, 2],
  bins: () => [0, 1, 2],
  heights: () => [0, 1, 2],
  positions: () => [0, 1],
  bools3: () => [true, false, true],
  axis: () => 1,
  axis0: () => 0,
  axis1: () => 1,
  axes: () => [0],
  axes01: () => [0, 1],
  order: () => [1, 0],
  dtype: () => "float64",
  keepdims: () => true,
  correction: () => 0,
  count: () => 2,
  counts: () => [2, 1],
  one: () => 1,
  minPeriods: () => 1,
  places: () => [2.5, 0],
  ascending: () => Array.from({ length: X().shape[1] as number }, (_, i) => i),
  labels: () => Array.from({ length: X().shape[1] as number }, (_, i) => i % 2),
  dates: () => Array.from({ length: X().shape[1] as number }, (_, i) => `2001-01-0${1 + i}`),
  every: () => "2d",
  blocks: () => ({ shape: [3], chunks: 2, read: () => new Float64Array(3) }),
  k: () => 1,
  k1: () => 1,
  n: () => 1,
  d: () => 1,
  offset: () => 0,
  share: () => 0.5,
  hundred: () => 50,
  number: () => 1,
  number10: () => 10,
  step: () => 1,
  weights: () => [1, 1, 1, 1],
  spacing: () => 1,
  dx: () => 1,
  period: () => 4,
  mode: () => "same",
  side: () => "left",
  position: () => 1,
  twoBins: () => [
    [0, 1],
    [0, 1, 2],
  ],
  fourBins: () => [0, 1, 2, 3].map(() => [0, 1]),
  minlength: () => 3,
  shape12: () => [12],
  shape234: () => [2, 3, 4],
  shape34: () => [3, 4],
  chunks: () => 2,
  intsAlong: () => [[0, 1, 0, 1]],
  keys: () => [0],
  blockKeys: () => [0],
  groups: () => [[0], [1, 2]],
  pieces: () => [1, 2],
  nan: () => 0,
  limit: () => 1,
  subscripts: () => "ij->i",
  ord: () => 2,
  fsum: () => (x: t.ChunkedArray, axis: number) => t.sum(x, axis),
  fsum2: () => (x: t.ChunkedArray) => x,
  f: () => (block: { readonly data: unknown }) => block.data,
  signature: () => "(i)->(i)",
  letters: () => "ij",
  splitEvery: () => 4,
  depth: () => 1,
  factors: () => ({ 0: 3 }),
  data: () => [1, 2, 3],
  coefficients: () => [1, 2],
  target: () => new Float64Array(12),
  executor: () => new SerialExecutor(),
};

const NO_ARRAY: readonly unknown[] = [undefined, null, 3, "text", {}, [1, 2], () => 1];
const NO_WHOLE: readonly unknown[] = [0.5, Number.NaN, Number.POSITIVE_INFINITY, "x", {}, null];
const NO_AXIS: readonly unknown[] = [99, -99, 0.5, Number.NaN, "x", {}, [99], [0.5]];
const NO_FUNCTION: readonly unknown[] = [undefined, 3, "x", {}];
const NO_LIST: readonly unknown[] = [undefined, "x", {}];
const ARRAYS = "x tall xwhole x1 i b v v3 v4 iv q cube xT xtall x3 choice".split(" ");

/** What is wrong for each kind; kinds without an entry take anything. */
export const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  ...Object.fromEntries(ARRAYS.map((kind) => [kind, NO_ARRAY])),
  maskable: [undefined, null, "text", {}, () => 1],
  arrays: [[], [3], [undefined], ...NO_LIST],
  arrays1: [[], [3], undefined],
  maskables: [[], ["x"], ...NO_LIST],
  squares: [[], [3], ...NO_LIST],
  ind: [0, ...NO_WHOLE],
  oneArray: [[], undefined, "x"],
  vectors: [[3], ...NO_LIST],
  vectorPair: [[3], ...NO_LIST],
  intVectors: [[], [3], ...NO_LIST],
  conditions: [[], [3], ...NO_LIST],
  bools: [[3], ...NO_LIST],
  named: [[], [[3, "ij"]], ...NO_LIST],
  operand: [undefined, "text", {}, () => 1],
  intOperand: [undefined, "text", {}, 0.5],
  vectorOperand: ["x", [], [[1]], undefined],
  rowOperand: ["x", [[1]], undefined],
  points: [[2, 1, 3], ...NO_LIST],
  bins: [[2, 1, 3], "x", {}, 0, 1.5, null],
  heights: [[1, 2], ...NO_LIST],
  positions: [[99], [0.5], ["x"], ...NO_LIST],
  bools3: NO_LIST,
  axis: NO_AXIS,
  axis0: NO_AXIS,
  axis1: NO_AXIS,
  axes: [[0, 0], ...NO_AXIS],
  axes01: NO_AXIS,
  order: [[0], [0, 0], [0, 5], "x", [0.5, 1]],
  dtype: ["float16", 3, {}, "constructor"],
  count: [-1, ...NO_WHOLE],
  counts: [[-1], 0.5, "x", [Number.NaN]],
  one: NO_WHOLE,
  minPeriods: NO_WHOLE,
  places: [["x"], ...NO_LIST],
  ascending: [[1], [1, 0, 2, 3, 4, 5], ...NO_LIST],
  labels: [[1], ...NO_LIST],
  dates: [["2001-01-01"], ...NO_LIST],
  every: [undefined, "x", "0d", 3, {}],
  blocks: [undefined, null, 3, "x", {}, { shape: [3] }, { shape: [3], read: 1 }],
  k: NO_WHOLE,
  k1: [0, ...NO_WHOLE],
  n: [-1, ...NO_WHOLE],
  offset: NO_WHOLE,
  d: ["x", {}],
  share: [-0.5, 1.5, Number.NaN, "x", {}],
  hundred: [-1, 101, Number.NaN, "x"],
  correction: ["x", Number.NaN, {}],
  number: ["x", undefined, {}, null],
  number10: ["x", {}],
  step: [0, Number.NaN, "x", {}],
  weights: ["x", [1, 2], {}],
  spacing: ["x", {}],
  dx: ["x", {}],
  period: [0, "x", {}],
  mode: ["x", 3],
  side: ["x", 3],
  position: [99, -99, 0.5, Number.NaN, "x", {}],
  twoBins: [0, 0.5, "x", [[1], 2]],
  fourBins: [0, 0.5, "x", [1]],
  minlength: [-1, 0.5, "x"],
  shape12: [[5], 7, [-1, -1], [0.5], ...NO_LIST],
  shape234: [[5], [-1], 3, ...NO_LIST],
  shape34: [[2, -1], [0.5, 2], Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, null, ...NO_LIST],
  chunks: [-2, 0.5, "x", [1, 2, 3, 4], [[1], [1]], [[-1, 4], 2], { 7: 1 }, "12 parsecs"],
  intsAlong: [[[99.5]], [1], ...NO_LIST],
  keys: [[99], [0.5], ["x:y"], [0, 0, 0], [{}], [undefined], "x", undefined],
  blockKeys: [[99], [0.5], "x", undefined],
  groups: [[[99]], [0], [[0.5]], "x", undefined],
  pieces: [[], "x", undefined],
  nan: ["x", {}],
  limit: [0, 0.5, "x"],
  subscripts: ["", "ijk", "i->k", 3, undefined, "i"],
  ord: ["x", {}],
  fsum: NO_FUNCTION,
  fsum2: NO_FUNCTION,
  f: NO_FUNCTION,
  signature: ["", "x", 3],
  letters: ["i j", 3, undefined, "ijk"],
  splitEvery: [0, 1, 0.5, "x"],
  depth: [-1, 0.5, 99, "x", { 9: 1 }],
  factors: [{ 0: 2 }, { 0: 0 }, { 5: 1 }, { 0: 0.5 }, "x", undefined],
  data: [undefined, null, "x", {}, [[1], [1, 2]], [1, "x"], () => 1],
  coefficients: [[], undefined, "x", 3],
  target: [undefined, 3, new Float64Array(3), {}],
};

/** What options are called that take an argument of a kind. */
export const OPTION_NAMES: Readonly<Record<string, string>> = {
  axes: "axis",
  axis0: "axis",
  axes01: "axes",
};

/** Arguments that are right for some functions, though wrong for others of their kind. */
export const ALLOWED: ReadonlySet<string> = new Set([
  // the boundaries of clip may be left out
  "clip operand undefined",
  // rows and columns of a square; options in their place
  "eye count null",
  "eye count {}",
  "tri count null",
  "tri count {}",
  // the inverse, and its powers
  "linalg.matrixPower count -1",
  "geomspace one 0.5",
  // a scalar among dtypes
  "resultType x 3",
  "resultType dtype 3",
  // choices are values, too
  "choose arrays [3]",
  // a mask of one element, or a shorter one, as NumPy takes it
  "extract b 3",
  "extract b [1,2]",
  "ma.where b 3",
  // transformed twice, as NumPy does
  "fft.fftn { axes: [0,0] }",
  "fft.ifftn { axes: [0,0] }",
  "fft.rfftn { axes: [0,0] }",
  "fft.irfftn { axes: [0,0] }",
]);
