// What the compiler knows about masked arrays. The assertions are checked by tsc; they run as
// no-ops.
import { describe, expectTypeOf, it } from "vitest";
import {
  asarray,
  type ChunkedArray,
  type ComputedArray,
  ma,
  zeros,
} from "../../src/array/index.js";

const x = ma.maskedGreater(zeros([3, 4], { dtype: "float32" }), 5);
const whole = ma.maskedEqual(zeros([4], { dtype: "int32" }), 9);

describe("a masked array", () => {
  it("has the dtype and rank of its data", () => {
    expectTypeOf(x).toEqualTypeOf<ma.MaskedArray<"float32", 2>>();
    expectTypeOf(x.data).toEqualTypeOf<ChunkedArray<"float32", 2>>();
    expectTypeOf(x.mask).toEqualTypeOf<ChunkedArray<"bool", 2>>();
    expectTypeOf(x.filled(0)).toEqualTypeOf<ChunkedArray<"float32", 2>>();
    expectTypeOf(ma.maskedArray([1, 2])).toEqualTypeOf<ma.MaskedArray<"float64", 1>>();
    expectTypeOf(ma.maskedInvalid(x)).toEqualTypeOf<ma.MaskedArray<"float32", 2>>();
    expectTypeOf(ma.maskedAll([2, 2], { dtype: "int8" })).toEqualTypeOf<
      ma.MaskedArray<"int8", 2>
    >();
    expectTypeOf(x).toExtend<ma.MaskedArray>();
    expectTypeOf<ma.MaskedArray>().not.toExtend<ma.MaskedArray<"float32", 2>>();
  });

  it("keeps both through operations", () => {
    expectTypeOf(x.add(1)).toEqualTypeOf<ma.MaskedArray<"float32", 2>>();
    expectTypeOf(whole.multiply(x)).toEqualTypeOf<ma.MaskedArray<"float64", 2>>();
    expectTypeOf(whole.add(zeros([2, 4]))).toEqualTypeOf<ma.MaskedArray<"float64", 2>>();
    expectTypeOf(whole.sqrt().dtype).toEqualTypeOf<"float64">();
    expectTypeOf(x.greater(1).dtype).toEqualTypeOf<"bool">();
    expectTypeOf(x.astype("int64")).toEqualTypeOf<ma.MaskedArray<"int64", 2>>();
    expectTypeOf(x.slice(0)).toEqualTypeOf<ma.MaskedArray<"float32", 1>>();
    expectTypeOf(x.reshape([3, 2, 2]).ndim).toEqualTypeOf<3>();
    expectTypeOf(x.ravel().ndim).toEqualTypeOf<1>();
    expectTypeOf(ma.where(x.mask, x, 0)).toEqualTypeOf<ma.MaskedArray<"float32", 2>>();
    expectTypeOf(ma.zerosLike(whole)).toEqualTypeOf<ma.MaskedArray<"int32", 1>>();
    expectTypeOf(ma.concatenate([x, x])).toEqualTypeOf<ma.MaskedArray<"float32", 2>>();
  });

  it("reduces as arrays do", () => {
    expectTypeOf(x.mean()).toEqualTypeOf<ma.MaskedArray<"float32", 0>>();
    expectTypeOf(whole.mean(0).dtype).toEqualTypeOf<"float64">();
    expectTypeOf(whole.sum()).toEqualTypeOf<ma.MaskedArray<"int64", 0>>();
    expectTypeOf(x.sum(0, { keepdims: true, dtype: "float64" })).toEqualTypeOf<
      ma.MaskedArray<"float64", 2>
    >();
    expectTypeOf(x.std(0, { correction: 1 })).toEqualTypeOf<ma.MaskedArray<"float32", 1>>();
    expectTypeOf(x.any()).toEqualTypeOf<ma.MaskedArray<"bool", 0>>();
    expectTypeOf(x.count(1)).toEqualTypeOf<ChunkedArray<"int64", 1>>();
    expectTypeOf(ma.median(x, 0)).toEqualTypeOf<ma.MaskedArray<"float32", 1>>();
    expectTypeOf(ma.ptp(whole)).toEqualTypeOf<ma.MaskedArray<"int32", 0>>();
    expectTypeOf(ma.anom(whole)).toEqualTypeOf<ma.MaskedArray<"float64", 1>>();
    expectTypeOf(ma.cumsum(whole, 0)).toEqualTypeOf<ma.MaskedArray<"int64", 1>>();
    expectTypeOf(ma.cumprod(x)).toEqualTypeOf<ma.MaskedArray<"float32", 1>>();
    expectTypeOf(ma.argmax(x, 0)).toEqualTypeOf<ChunkedArray<"int64", 1>>();
    expectTypeOf(ma.average(x, 0)).toEqualTypeOf<ma.MaskedArray<"float32", 1>>();
    expectTypeOf(ma.average(whole, 0, { weights: x.slice(0) }).dtype).toEqualTypeOf<"float64">();
    expectTypeOf(ma.compressed(x)).toEqualTypeOf<ChunkedArray<"float32", 1>>();
    expectTypeOf(ma.countMasked(asarray([1]))).toEqualTypeOf<ChunkedArray<"int64", 0>>();
  });

  it("computes to values of its dtype and rank", () => {
    const all = async () => (await x.compute()).data;
    const one = async () => (await x.mean().compute()).data;
    expectTypeOf(all).returns.resolves.toEqualTypeOf<ComputedArray<"float32", 2>>();
    expectTypeOf(one).returns.resolves.toEqualTypeOf<number>();
  });

  it("refuses options that there are not, also beside others", () => {
    const wrong = () => [
      // @ts-expect-error It is called correction.
      x.std(0, { keepdims: true, ddof: 1 }),
      // @ts-expect-error There is no option foo.
      ma.median(x, 0, { keepdims: true, foo: 1 }),
      // @ts-expect-error Strings are no operands.
      x.add("1"),
    ];
    expectTypeOf(wrong).toBeFunction();
  });
});
