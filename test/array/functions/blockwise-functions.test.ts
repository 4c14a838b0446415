// Functions of the user's over blocks of several arrays, reductions of the user's, and patterns.
import { describe, expect, it } from "vitest";
import {
  allclose,
  applyGufunc,
  arange,
  asarray,
  blockwise,
  choose,
  fromBlocks,
  fromFunction,
  indices,
  isclose,
  logaddexp2,
  nanToNum,
  piecewise,
  reduction,
  select,
  tri,
  zeros,
} from "../../../src/array/index.js";
import { chunkings, countingArray, tasksOf, valuesOf } from "../table-arrays.js";

interface View {
  readonly shape: number[];
  readonly data: ArrayLike<number>;
  get(...at: number[]): number;
}
interface Info {
  readonly shape: number[];
}

const product = (a: View, b: View, { shape }: Info) => {
  const [rows = 0, columns = 0] = shape;
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    let total = 0;
    for (let k = 0; k < (a.shape[1] ?? 0); k++) {
      total += a.get(Math.floor(at / columns), k) * b.get(k, at % columns);
    }
    return total;
  });
};

describe("blockwise", () => {
  it("gives axes that the result lacks whole", async () => {
    for (const chunks of chunkings([4, 6])) {
      const x = countingArray([4, 6], chunks, "float64");
      const y = blockwise(product as never, "ik", [
        [x, "ij"],
        [x.T, "jk"],
      ]);
      expect(await valuesOf(y), JSON.stringify(chunks)).toEqual(
        await valuesOf(x.matmul(x.T) as never),
      );
    }
  });

  it("makes new axes and other lengths", async () => {
    const twice = (a: View) => [...Array.from(a.data), ...Array.from(a.data)];
    const x = arange(4, { chunks: 2, dtype: "float64" });
    const long = blockwise(twice as never, "i", [[x, "i"]], { adjustChunks: { i: (n) => 2 * n } });
    expect(long.chunks).toEqual([[4, 4]]);
    const wide = blockwise(((a: View) => a.data) as never, "ij", [[x, "i"]], { newAxes: { j: 1 } });
    expect(wide.shape).toEqual([4, 1]);
  });

  it("names letters that do not fit", () => {
    const f = (() => 0) as never;
    expect(() => blockwise(f, "ij", [[zeros([2]), "i"]])).toThrow('no array has the axis "j"');
    expect(() => blockwise(f, "i", [[zeros([2, 2]), "i"]])).toThrow('"i" does not name the axes');
    expect(() =>
      blockwise(f, "i", [
        [zeros([2]), "i"],
        [zeros([3]), "i"],
      ]),
    ).toThrow("2 and 3 long");
  });
});

describe("applyGufunc", () => {
  it("broadcasts what the signature does not name", async () => {
    const scalar = (a: View, b: View, { shape }: Info) => {
      const [rows = 1] = shape;
      return Float64Array.from({ length: rows }, (_, i) => {
        let total = 0;
        for (let k = 0; k < (b.shape[0] ?? 0); k++) total += a.get(i, k) * b.get(k);
        return total;
      });
    };
    for (const chunks of chunkings([3, 4])) {
      const x = countingArray([3, 4], chunks, "float64");
      const y = arange(4, { chunks: 2, dtype: "float64" });
      const dots = applyGufunc(scalar as never, "(i),(i)->()", [x, y]);
      expect(await valuesOf(dots)).toEqual([14, 38, 62]);
    }
  });

  it("refuses signatures that make no sense", () => {
    const f = (() => 0) as never;
    expect(() => applyGufunc(f, "i->i", [zeros(2)])).toThrow("is no signature");
    expect(() => applyGufunc(f, "(i,j)->()", [zeros(2)])).toThrow("does not fit arrays of shapes");
  });
});

describe("reduction", () => {
  it("joins blocks in a tree", async () => {
    const total = (block: View) => [Array.from(block.data).reduce((sum, value) => sum + value, 0)];
    const x = arange(100, { chunks: 1, dtype: "float64" });
    const sum = reduction(x, total as never, total as never, { splitEvery: 4 });
    expect(await valuesOf(sum)).toEqual([4950]);
    expect(sum.shape).toEqual([]);
    expect(tasksOf(sum)).toBeLessThan(400);
    expect(() => reduction(x, total as never, total as never, { splitEvery: 1 })).toThrow("from 2");
  });
});

describe("patterns", () => {
  it("are grids of positions", async () => {
    const grid = indices([2, 3], { chunks: 2 });
    expect(grid.dtype).toBe("int32");
    expect(await valuesOf(grid)).toEqual([0, 0, 0, 1, 1, 1, 0, 1, 2, 0, 1, 2]);
    expect(await valuesOf(fromFunction((i, j) => i.sub(j), [2, 2], { chunks: 1 }))).toEqual([
      0, -1, 1, 0,
    ]);
    expect(() => fromFunction(() => 1 as never, [2])).toThrow("gave a number");
    expect(await valuesOf(tri(3, 3, { k: -1 }))).toEqual([0, 0, 0, 1, 0, 0, 1, 1, 0]);
  });

  it("come from a function of blocks", async () => {
    const x = fromBlocks(
      ({ offset, shape }) => Array.from({ length: shape[0] ?? 0 }, (_, i) => (offset[0] ?? 0) + i),
      5,
      { chunks: 2, dtype: "int32" },
    );
    expect(x.chunks).toEqual([[2, 2, 1]]);
    expect(await valuesOf(x)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("choices", () => {
  const x = arange(5, { chunks: 2 });

  it("take the first condition that holds, or the numbered one", async () => {
    expect(await valuesOf(select([x.less(2), x.less(4)], [x, 7]))).toEqual([0, 1, 7, 7, 0]);
    expect(await valuesOf(choose(asarray([2, 0, 1]), [1, 10, 100]))).toEqual([100, 1, 10]);
    const pieces = piecewise(x, [x.less(1), x.greater(3)], [-1, (y) => y.mul(2), 5]);
    expect(await valuesOf(pieces)).toEqual([-1, 5, 5, 5, 8]);
    expect(() => select([], [])).toThrow("a choice for each condition");
  });

  it("compare within a tolerance, infinities and NaN as NumPy does", async () => {
    const a = asarray([1, Number.NaN, Infinity, -Infinity, 1]);
    const b = asarray([1 + 1e-9, Number.NaN, Infinity, Infinity, 1.1]);
    expect(await valuesOf(isclose(a, b))).toEqual([1, 0, 1, 0, 0]);
    expect(await valuesOf(isclose(a, b, { equalNan: true }))).toEqual([1, 1, 1, 0, 0]);
    const low = asarray([1, 127, -128], { dtype: "int8" });
    const high = asarray([3, -128, 127], { dtype: "int8" });
    expect(await valuesOf(isclose(low, high, { rtol: 0, atol: 2 }))).toEqual([1, 0, 0]);
    expect(await valuesOf(isclose(asarray([true, false]), [true, true]))).toEqual([1, 0]);
    const [one, three] = [asarray([1], { dtype: "uint8" }), asarray([3], { dtype: "uint8" })];
    expect((await valuesOf(logaddexp2(one, three)))[0]).toBe(Math.fround(Math.log2(10)));
    expect(await valuesOf(allclose(asarray([1, 2]), [1, 2]))).toEqual([1]);
    expect(await valuesOf(nanToNum(a, { nan: 5 }))).toEqual([
      1,
      5,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      1,
    ]);
  });
});
