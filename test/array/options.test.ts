// Options that change what kind of result there is, and arguments that turn out wrong when they are
// computed.
import { describe, expect, it } from "vitest";
import * as tw from "../../src/array/index.js";
import { elementsOf, valuesOf } from "./table-arrays.js";

describe("options that ask for more", () => {
  it("give the step of linspace", async () => {
    const { samples, step } = tw.linspace(0, 1, 5, { retstep: true, chunks: 2 });
    expect(step).toBe(0.25);
    expect(await valuesOf(samples)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(tw.linspace(0, 1, 4, { retstep: true, endpoint: false }).step).toBe(0.25);
    expect(tw.linspace(0, 1, 1, { retstep: true }).step).toBeNaN();
  });

  it("give R alone, as with Q, of every chunking", async () => {
    for (const chunks of [
      [4, 3],
      [2, 3],
      [2, 2],
    ] as const) {
      const x = tw.asarray(
        [
          [1, 2, 0],
          [3, 1, 5],
          [4, 0, 1],
          [2, 2, 7],
        ],
        { chunks },
      );
      const r: tw.ChunkedArray = tw.linalg.qr(x, { mode: "r" });
      expect(await valuesOf(r)).toEqual(await valuesOf(tw.linalg.qr(x).R));
    }
    const raw = { mode: "raw" } as unknown as { mode: "r" };
    expect(() => tw.linalg.qr(tw.eye(2), raw)).toThrow('"complete" or "r"');
  });

  it("insert where a mask is true", async () => {
    const at = [true, false, false, true];
    expect(await valuesOf(tw.insert(tw.arange(4), at, [8, 9]))).toEqual([8, 0, 1, 2, 9, 3]);
    expect(() => tw.insert(tw.arange(3), at, 8)).toThrow("a mask of 4 elements for an axis of 3");
  });

  it("sort all elements of a cut matrix", async () => {
    const x = tw.asarray(
      [
        [3, 1],
        [2, 0],
      ],
      { chunks: 1 },
    );
    const sorted: tw.ChunkedArray<"float64", 1> = x.sort({ axis: null });
    expect(await valuesOf(sorted)).toEqual([0, 1, 2, 3]);
    expect(await elementsOf(x.argsort({ axis: null }))).toEqual([3n, 1n, 2n, 0n]);
  });
});

describe("what is out of range", () => {
  const [at, shape] = [tw.asarray([0, 4]), [4, 5]];

  it("is no position", async () => {
    const wrong = tw.ravelMultiIndex([at, at], shape);
    await expect(valuesOf(wrong)).rejects.toThrow("out of range for axis 0 of length 4");
    const [rows] = tw.unravelIndex(tw.asarray([3, 20]), shape);
    await expect(valuesOf(rows as tw.ChunkedArray)).rejects.toThrow(
      "the shape (4, 5) of 20 elements",
    );
    const mode = ["clip"] as const;
    expect(() => tw.ravelMultiIndex([at, at], shape, { mode })).toThrow("1 modes for 2 axes");
  });

  it("is no choice", async () => {
    for (const wrong of [2, -1]) {
      const chosen = tw.choose(tw.asarray([0, wrong]), [3, 4]);
      await expect(valuesOf(chosen)).rejects.toThrow(`the 2 choices, which count from 0: ${wrong}`);
    }
  });

  it("is no weight", () => {
    const x = tw.ones([2, 3]);
    expect(() => tw.cov(x, { fweights: [1, 0.5, 1] })).toThrow("fweights of cov has 0.5");
    expect(() => tw.cov(x, { aweights: [1, -1, 1] })).toThrow("aweights of cov has -1");
    expect(() => tw.cov(x, { aweights: [1, 1] })).toThrow("for 3 observations");
  });

  it("makes covariances as precise as NumPy's, also of single floats", () => {
    const dtypes = [tw.cov, tw.corrcoef].flatMap((f) => [
      f(tw.ones([2, 3], { dtype: "float32" })).dtype,
      f(tw.ones([2, 3], { dtype: "complex64" })).dtype,
    ]);
    expect(dtypes).toEqual(["float64", "complex128", "float64", "complex128"]);
  });

  it("is no coordinate, matrix or norm", () => {
    const x = tw.ones([3, 4]);
    expect(() => tw.gradient(x, { spacing: [1, [0, 1]] })).toThrow("for axis 1 of length 4");
    expect(() => tw.linalg.cond(x, 3)).toThrow("the norm of cond is 3");
    expect(() => tw.linalg.multiDot([x, x])).toThrow("(3, 4) and (3, 4) have no product");
    expect(() => tw.linalg.tensorinv(x, { ind: 1 })).toThrow("makes 3 by 4");
    expect(() => tw.linalg.tensorsolve(x, tw.ones(3))).toThrow("makes 3 by 4");
  });
});

describe("masked arrays", () => {
  const x = tw.ma.maskedEqual(
    tw.asarray(
      [
        [1, 2],
        [3, 2],
      ],
      { chunks: 1 },
    ),
    2,
  );

  it("give what counts", async () => {
    expect(await valuesOf(tw.ma.compressed(x))).toEqual([1, 3]);
    expect(tw.ma.isMaskedArray(x)).toBe(true);
    expect(tw.ma.isMaskedArray({ data: x.data, mask: x.mask })).toBe(false);
  });

  it("are joined along axes and as a whole", async () => {
    const beside = tw.ma.concatenate([x, tw.ones([2, 1])], 1);
    expect(await valuesOf(beside.filled(0))).toEqual([1, 0, 1, 3, 0, 1]);
    const flat = tw.ma.concatenate([x, 7 as never], null);
    expect(await valuesOf(flat.filled(0))).toEqual([1, 0, 3, 0, 7]);
  });
});
