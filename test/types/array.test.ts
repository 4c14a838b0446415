// What the compiler knows about arrays. The assertions are checked by tsc; they run as no-ops.
import type { NdArray } from "ndarray";
import { describe, expectTypeOf, it } from "vitest";
import {
  add,
  applyAlongAxis,
  applyGufunc,
  arange,
  blockwise,
  type ChunkedArray,
  type ComputedArray,
  compute,
  cumsum,
  cumulativeSum,
  einsum,
  fromArray,
  histogram,
  matmul,
  median,
  nanmedian,
  nanquantile,
  newAxis,
  ones,
  pad,
  percentile,
  quantile,
  type ReductionOptions,
  random,
  slidingWindowView,
  stats,
  where,
  zeros,
} from "../../src/array/index.js";
import type { Complex, DType } from "../../src/base/dtype.js";

const x = zeros([3, 4]);
const flags = zeros([3, 4], { dtype: "bool" });
const small = zeros([4], { dtype: "float32" });
const unknownRank: ChunkedArray<"float64"> = x;
const anything: ChunkedArray = x;

/** What `compute()` promises. */
type Computed<A extends ChunkedArray> = Awaited<ReturnType<A["compute"]>>;
function computed<A extends ChunkedArray>(_x: A): Computed<A> {
  return undefined as unknown as Computed<A>;
}

describe("ranks", () => {
  it("follow shapes, reductions and axes", () => {
    expectTypeOf(x).toEqualTypeOf<ChunkedArray<"float64", 2>>();
    expectTypeOf(random(10).ndim).toEqualTypeOf<1>();
    expectTypeOf(x.sum().ndim).toEqualTypeOf<0>();
    expectTypeOf(x.sum(0).ndim).toEqualTypeOf<1>();
    expectTypeOf(x.sum(null, { keepdims: true }).ndim).toEqualTypeOf<2>();
    expectTypeOf(x.std(0, { correction: 1 }).ndim).toEqualTypeOf<1>();
    expectTypeOf(x.sum([0, 1]).ndim).toEqualTypeOf<number>();
    expectTypeOf(x.reshape([2, 6, 1]).ndim).toEqualTypeOf<3>();
    expectTypeOf(x.ravel().ndim).toEqualTypeOf<1>();
    expectTypeOf(x.expandDims(0).ndim).toEqualTypeOf<3>();
    expectTypeOf(x.T.ndim).toEqualTypeOf<2>();
    expectTypeOf(x.slice(0, "1:3", newAxis).ndim).toEqualTypeOf<2>();
    expectTypeOf(small.add(x).ndim).toEqualTypeOf<2>();
    expectTypeOf(add(1, small).ndim).toEqualTypeOf<1>();
    expectTypeOf(matmul(x, ones([4, 5])).ndim).toEqualTypeOf<2>();
    expectTypeOf(matmul(small, small).ndim).toEqualTypeOf<0>();
    expectTypeOf(fromArray([[1, 2]]).ndim).toEqualTypeOf<2>();
    expectTypeOf(fromArray(Float64Array.of(1), { shape: [1, 1, 1] }).ndim).toEqualTypeOf<3>();
  });

  it("are unknown where shapes are", () => {
    expectTypeOf(unknownRank.add(x).ndim).toEqualTypeOf<number>();
    expectTypeOf(zeros([1, 2] as number[]).ndim).toEqualTypeOf<number>();
    expectTypeOf(unknownRank.sum().ndim).toEqualTypeOf<0>();
  });
});

describe("dtypes", () => {
  it("are promoted as values are", () => {
    expectTypeOf(small.add(1).dtype).toEqualTypeOf<"float32">();
    expectTypeOf(small.add(x).dtype).toEqualTypeOf<"float64">();
    expectTypeOf(small.add(arange<"int32">(4)).dtype).toEqualTypeOf<"float64">();
    expectTypeOf(x.greater(0).dtype).toEqualTypeOf<"bool">();
    expectTypeOf(flags.divide(flags).dtype).toEqualTypeOf<"float64">();
    expectTypeOf(flags.sin().dtype).toEqualTypeOf<"float32">();
    expectTypeOf(flags.pow(flags).dtype).toEqualTypeOf<"int8">();
    expectTypeOf(flags.atan2(small).dtype).toEqualTypeOf<"float32">();
    expectTypeOf(arange<"int32">(4).sin().dtype).toEqualTypeOf<"float64">();
    expectTypeOf(small.sqrt().dtype).toEqualTypeOf<"float32">();
    expectTypeOf(flags.sum().dtype).toEqualTypeOf<"int64">();
    expectTypeOf(x.sum().dtype).toEqualTypeOf<"float64">();
    expectTypeOf(x.add({ re: 0, im: 1 }).abs().dtype).toEqualTypeOf<"float64">();
    expectTypeOf(small.multiply({ re: 0, im: 1 }).dtype).toEqualTypeOf<"complex64">();
    expectTypeOf(fromArray([[1, 2]]).dtype).toEqualTypeOf<"float64">();
    expectTypeOf(fromArray(Int16Array.of(1)).dtype).toEqualTypeOf<"int16">();
    expectTypeOf(flags.sum(0, { dtype: "int32" }).dtype).toEqualTypeOf<"int32">();
    expectTypeOf(x.astype("uint8").dtype).toEqualTypeOf<"uint8">();
    expectTypeOf(anything.add(1).dtype).toExtend<DType>();
  });
});

describe("statistics", () => {
  const options = { axis: null } as { axis?: number | null };

  it("keep dtype and rank", () => {
    expectTypeOf(quantile(x, 0.5)).toEqualTypeOf<ChunkedArray<"float64", 0>>();
    expectTypeOf(quantile(x, [0.25, 0.5], 0)).toEqualTypeOf<ChunkedArray<"float64", 2>>();
    expectTypeOf(percentile(small, 50, 0)).toEqualTypeOf<ChunkedArray<"float32", 0>>();
    expectTypeOf(nanquantile(flags, 0.5, 1, { method: "lower" }).dtype).toEqualTypeOf<"bool">();
    expectTypeOf(median(x, 0, { keepdims: true })).toEqualTypeOf<ChunkedArray<"float64", 2>>();
    expectTypeOf(nanmedian(small)).toEqualTypeOf<ChunkedArray<"float32", 0>>();
    expectTypeOf(cumsum(x)).toEqualTypeOf<ChunkedArray<"float64", 1>>();
    expectTypeOf(x.cumsum(1)).toEqualTypeOf<ChunkedArray<"float64", 2>>();
    expectTypeOf(flags.cumprod(0, { dtype: "uint8" })).toEqualTypeOf<ChunkedArray<"uint8", 2>>();
    expectTypeOf(cumulativeSum(flags, { axis: 0 })).toEqualTypeOf<ChunkedArray<"int64", 2>>();
    expectTypeOf(histogram(x).hist).toEqualTypeOf<ChunkedArray<"int64", 1>>();
    expectTypeOf(histogram(x, 5, { density: true }).hist.dtype).toEqualTypeOf<"float64">();
    expectTypeOf(slidingWindowView(x, 3, 0)).toEqualTypeOf<ChunkedArray<"float64", 3>>();
  });

  it("of samples are numbers where there is one set", () => {
    expectTypeOf(computed(stats.ttest1samp(small, 0).pvalue)).toEqualTypeOf<number>();
    expectTypeOf(stats.skew(x).ndim).toEqualTypeOf<1>();
    expectTypeOf(stats.skewtest(x, { axis: null }).statistic.ndim).toEqualTypeOf<0>();
    expectTypeOf(stats.ttestInd(x, small).pvalue.ndim).toEqualTypeOf<1>();
    expectTypeOf(stats.kurtosis(x, options).ndim).toEqualTypeOf<number>();
  });

  it("of unknown ranks have unknown ones", () => {
    expectTypeOf(quantile(unknownRank, 0.5, 0).ndim).toEqualTypeOf<number>();
    expectTypeOf(median(anything).dtype).toExtend<DType>();
  });
});

describe("choices and products", () => {
  it("keep dtype and rank", () => {
    expectTypeOf(where(x.greater(0), x, 0)).toEqualTypeOf<ChunkedArray<"float64", 2>>();
    expectTypeOf(where(x, small, 0)).toEqualTypeOf<ChunkedArray<"float32", 2>>();
    expectTypeOf(where(small.less(1), 0, small).ndim).toEqualTypeOf<1>();
    expectTypeOf(where(unknownRank, x, 0).ndim).toEqualTypeOf<number>();
    expectTypeOf(einsum("ij,kj->ik", x, x)).toEqualTypeOf<ChunkedArray<"float64", 2>>();
    expectTypeOf(einsum("ij,j -> ", x, small)).toEqualTypeOf<ChunkedArray<"float64", 0>>();
    expectTypeOf(einsum("...i->...", small)).toEqualTypeOf<ChunkedArray<"float32">>();
    expectTypeOf(einsum("ij,kj" as string, flags, x)).toEqualTypeOf<ChunkedArray<"float64">>();
  });
});

describe("functions of blocks", () => {
  it("have the blocks as parameters", () => {
    const never = () => {
      blockwise(
        (a, b, info) => {
          expectTypeOf(a).toEqualTypeOf<NdArray<Float64Array>>();
          expectTypeOf(b).toEqualTypeOf<NdArray<Float32Array>>();
          expectTypeOf(info.shape).toEqualTypeOf<readonly number[]>();
          return a;
        },
        "ij",
        [
          [x, "ij"],
          [small, "j"],
        ],
      );
      applyGufunc(
        (a) => {
          expectTypeOf(a).toEqualTypeOf<NdArray<Float64Array>>();
          return [1];
        },
        "(i)->()",
        [x],
      );
      applyGufunc((a: number, b: number) => [a + b], "(),()->()", [small, small], {
        vectorize: true,
      });
      applyAlongAxis((lane) => expectTypeOf(lane).toEqualTypeOf<Float32Array>() && 1, 0, small);
      pad(small, 1, (lane) => lane.fill(1));
    };
    expectTypeOf(never).toBeFunction();
  });
});

describe("values", () => {
  it("are numbers, booleans or ndarrays by rank and dtype", () => {
    expectTypeOf(computed(x.mean())).toEqualTypeOf<number>();
    expectTypeOf(computed(flags.any())).toEqualTypeOf<boolean>();
    expectTypeOf(computed(flags.sum())).toEqualTypeOf<bigint>();
    expectTypeOf(computed(x.add({ re: 0, im: 1 }).sum())).toEqualTypeOf<Complex>();
    expectTypeOf(computed(x)).toEqualTypeOf<ComputedArray<"float64", 2>>();
    expectTypeOf<ReturnType<Computed<typeof x>["toArray"]>>().toEqualTypeOf<number[][]>();
    expectTypeOf(computed(x)).toExtend<NdArray<Float64Array>>();
    expectTypeOf(computed(flags)).toEqualTypeOf<ComputedArray<"bool", 2>>();
    expectTypeOf(computed(unknownRank)).toEqualTypeOf<number | ComputedArray<"float64">>();
  });

  it("come in order from compute", () => {
    const both = () => compute(x.mean(), flags, {});
    expectTypeOf<Awaited<ReturnType<typeof both>>>().toEqualTypeOf<
      [number, ComputedArray<"bool", 2>]
    >();
  });
});

describe("arrays of known dtype and rank", () => {
  it("are arrays of any dtype and rank", () => {
    expectTypeOf(x).toExtend<ChunkedArray>();
    expectTypeOf(x).toExtend<ChunkedArray<"float64">>();
    expectTypeOf(x).not.toExtend<ChunkedArray<"bool">>();
    expectTypeOf<ChunkedArray>().not.toExtend<ChunkedArray<"float64", 2>>();
  });

  it("refuse what is none of their options", () => {
    const wrong = () => [
      // @ts-expect-error there is no such dtype
      zeros([2], { dtype: "float16" }),
      // @ts-expect-error options are one object
      x.sum(0, true),
      // @ts-expect-error an index is no boolean
      x.slice(true),
      // @ts-expect-error strings are no operands
      x.add("1"),
      // @ts-expect-error facts cannot be set
      () => (x.shape = [1]),
    ];
    expectTypeOf(wrong).toBeFunction();
  });
});

describe("options", () => {
  it("are refused beside those that there are", () => {
    // @ts-expect-error There is no option foo.
    x.sum(0, { keepdims: true, foo: 1 });
    // @ts-expect-error It is called correction.
    x.std(0, { keepdims: true, ddof: 1 });
    // @ts-expect-error It is called descending.
    x.sort({ axis: 0, descend: true });
    const options: ReductionOptions = { keepdims: true };
    x.max(0, options);
    expectTypeOf(x.sum(0, { keepdims: true, dtype: "float32" }).dtype).toEqualTypeOf<"float32">();
  });
});
