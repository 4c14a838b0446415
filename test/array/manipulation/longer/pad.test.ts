// What pad does that NumPy's table (numpy-functions.test.ts) does not show: functions, large
// margins, refusals.
import { describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  ones,
  type PadFunction,
  pad,
  zeros,
} from "../../../../src/array/index.js";
import { elementsOf, largestBlock, valuesOf } from "../../table-arrays.js";

const BLOCK_BYTES_MAX = 128 * 2 ** 20;

describe("pad", () => {
  it("calls a function for every lane along each axis, as NumPy does", async () => {
    const x = arange(6, { chunks: 4 }).reshape([2, 3]);
    const framed: PadFunction = (lane: Float64Array, [before, after], axis) => {
      lane.fill(10 + axis, 0, before);
      lane.fill(20 + axis, lane.length - after);
    };
    const padded = pad(x, [[1, 0], [0, 2]], framed); // biome-ignore format: as NumPy prints it
    expect(padded.shape).toEqual([3, 5]);
    expect(padded.dtype).toBe(x.dtype);
    expect(await valuesOf(padded)).toEqual([10, 10, 10, 21, 21, 0, 1, 2, 21, 21, 3, 4, 5, 21, 21]);
  });

  it("takes the lane that a function gives back, complex and 64-bit ones too", async () => {
    const turned: PadFunction = (lane: BigInt64Array<ArrayBuffer>) => lane.toReversed();
    const whole = pad(asarray(BigInt64Array.of(1n, 2n)), [1, 2], turned);
    expect(await elementsOf(whole)).toEqual([0n, 0n, 2n, 1n, 0n]);
    const complex = asarray([1, 2]).astype("complex128");
    const kept: PadFunction = (lane: Float64Array) => lane;
    expect(await valuesOf(pad(complex, 1, kept))).toEqual([0, 0, 1, 0, 2, 0, 0, 0]);
  });

  it("says what a function gave that is no lane", async () => {
    const short: PadFunction = () => [1];
    await expect(valuesOf(pad(ones(3), 1, short))).rejects.toThrow(
      "function short gave 1 elements for a lane: expected 5",
    );
  });

  it("pads complex numbers", async () => {
    const x = asarray({ data: Float64Array.of(1, 2, 3, -4), shape: [2], dtype: "complex128" });
    expect(await valuesOf(pad(x, [2, 0], "linear_ramp"))).toEqual([0, 0, 0.5, 1, 1, 2, 3, -4]);
    expect(await valuesOf(pad(x, [0, 1], "mean"))).toEqual([1, 2, 3, -4, 2, -1]);
    const constantValues = { re: 5, im: 6 };
    expect(await valuesOf(pad(x, [0, 1], "constant", { constantValues }))).toEqual([
      1, 2, 3, -4, 5, 6,
    ]);
  });

  it.each(["constant", "edge", "linearRamp", "maximum", "wrap"] as const)(
    "cuts a large margin of mode %s",
    (mode) => {
      const x = pad(ones([1000, 10], { chunks: 500 }), [[100, 3_000_000], [0, 0]], mode); // biome-ignore format: one line
      expect(x.shape).toEqual([3_001_100, 10]);
      expect(largestBlock(x) * 8).toBeLessThanOrEqual(BLOCK_BYTES_MAX);
      expect(x.numblocks[0]).toBeLessThan(10);
    },
  );

  it("keeps the array's blocks where nothing is put along an axis", () => {
    expect(pad(zeros([4, 4], { chunks: 2 }), [[0, 0], [1, 0]], "mean").chunks).toEqual([[2, 2], [1, 2, 2]]); // biome-ignore format: one line
  });

  it("refuses options of other modes, and values that mean nothing", () => {
    const x = zeros([3]);
    const wrong: [() => unknown, string][] = [
      [() => pad(x, 1, "edge", { constantValues: 1 }), 'mode "edge" takes no options, got const'],
      [() => pad(x, 1, "mean", { endValues: 1 }), "takes statLength, got endValues"],
      [() => pad(x, 1, "mean", { statLength: 0 }), "statLength of pad is 0: expected whole"],
      [() => pad(x, 1, "reflect", { reflectType: "strange" as "odd" }), "the reflectType of pad"],
      [() => pad(x, [[1, 2, 3]] as never), "width of pad is a number"],
      [() => pad(zeros([0]), 1, "mean"), "axis 0 is empty"],
    ];
    for (const [call, message] of wrong) expect(call).toThrow(message);
  });
});
