import type { NdArray } from "ndarray";
import ndarray from "ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { arange, full, store, zeros } from "../../../src/array/index.js";
import { closeExecutor, type Executor, openExecutor } from "../../../src/graph/ports/executor.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";

/** Counts the jobs that were started, finished and given up. */
class WatchedExecutor implements Executor {
  readonly #inner = new SerialExecutor();
  started = 0;
  aborted = 0;

  async compute(...[graph, consume, options]: Parameters<Executor["compute"]>): Promise<void> {
    this.started++;
    options.signal?.addEventListener("abort", () => this.aborted++, { once: true });
    await this.#inner.compute(graph, consume, options);
  }

  persist(...args: Parameters<Executor["persist"]>) {
    return this.#inner.persist(...args);
  }
}

const serial = new SerialExecutor();
openExecutor(serial);
afterAll(() => closeExecutor(serial));

const matrix = arange(12, { dtype: "float64" }).reshape([3, 4]).rechunk([2, 3]);

describe("blocksInOrder", () => {
  it("gives every block with its place, row-major", async () => {
    const seen: unknown[] = [];
    for await (const { index, offset, shape, block } of matrix.blocksInOrder()) {
      seen.push([index, offset, shape, Array.from(block.data)]);
    }
    expect(seen).toEqual([
      [
        [0, 0],
        [0, 0],
        [2, 3],
        [0, 1, 2, 4, 5, 6],
      ],
      [
        [0, 1],
        [0, 3],
        [2, 1],
        [3, 7],
      ],
      [
        [1, 0],
        [2, 0],
        [1, 3],
        [8, 9, 10],
      ],
      [[1, 1], [2, 3], [1, 1], [11]],
    ]);
  });

  it("computes no more ahead than it may, and gives the rest up", async () => {
    const executor = new WatchedExecutor();
    const x = arange(100, { chunks: 1 });
    let seen = 0;
    for await (const { index } of x.blocksInOrder({ executor, lookAhead: 2 })) {
      expect(index).toEqual([seen++]);
      expect(executor.started).toBe(seen + 2);
      if (seen === 10) break;
    }
    expect(executor.started).toBe(12);
    expect(executor.aborted).toBe(3);
  });

  it("throws where a block fails, after those before it", async () => {
    const x = arange(4, { chunks: 1 }).mapBlocks((block) => {
      if (block.get(0) === 2) throw new Error("no second");
      return block;
    });
    let seen = 0;
    const iterate = async () => {
      for await (const _ of x.blocksInOrder()) seen++;
    };
    await expect(iterate()).rejects.toThrow("no second");
    expect(seen).toBe(2);
  });

  it("gives the value of an array without axes", async () => {
    const values: unknown[] = [];
    for await (const { block } of full([], 7).blocksInOrder()) values.push(block);
    expect(values).toEqual([7]);
  });

  it("refuses a look-ahead that is no number", async () => {
    await expect(matrix.blocksInOrder({ lookAhead: -1 }).next()).rejects.toThrow("lookAhead is -1");
  });
});

describe("for await over an array", () => {
  it("gives rows of a matrix and values of a vector", async () => {
    const rows: number[][] = [];
    for await (const row of matrix) {
      const { shape } = row as NdArray<Float64Array>;
      rows.push(Array.from({ length: shape[0] as number }, (_, i) => row.get(i)));
    }
    expect(rows).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    const values: unknown[] = [];
    for await (const value of arange(3, { chunks: 2, dtype: "int64" })) values.push(value);
    for await (const value of full([1], true)) values.push(value);
    for await (const value of full([1], { re: 1, im: 2 })) values.push(value);
    expect(values).toEqual([0n, 1n, 2n, true, { re: 1, im: 2 }]);
  });

  it("is for arrays with axes", async () => {
    await expect(full([], 1)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "argument.axis",
    });
  });
});

describe("store", () => {
  it("fills ndarrays, whatever their strides, and typed arrays", async () => {
    const turned = ndarray(new Float64Array(12), [3, 4], [1, 3]);
    await store(matrix, turned);
    expect(Array.from(turned.data)).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    const parts = new Float64Array(4);
    await store(full([2], { re: 1, im: 2 }, { chunks: 1 }), parts);
    expect(Array.from(parts)).toEqual([1, 2, 1, 2]);
    const pairs = ndarray(new Float64Array(4), [2, 2]);
    await store(full([2], { re: 1, im: 2 }, { chunks: 1 }), pairs);
    expect(Array.from(pairs.data)).toEqual([1, 2, 1, 2]);
  });

  it("hands blocks to an object, waiting for it", async () => {
    let busy = 0;
    const regions: unknown[] = [];
    await store(matrix, {
      async set(region, block) {
        expect(++busy).toBe(1);
        regions.push([region, block.size]);
        await Promise.resolve();
        busy--;
      },
    });
    expect(regions).toEqual([
      [
        [
          [0, 2],
          [0, 3],
        ],
        6,
      ],
      [
        [
          [0, 2],
          [3, 4],
        ],
        2,
      ],
      [
        [
          [2, 3],
          [0, 3],
        ],
        3,
      ],
      [
        [
          [2, 3],
          [3, 4],
        ],
        1,
      ],
    ]);
  });

  it("refuses memory that does not fit", async () => {
    await expect(store(matrix, new Float64Array(11))).rejects.toMatchObject({
      code: "argument.shape",
    });
    await expect(store(matrix, new Float32Array(12))).rejects.toMatchObject({
      code: "argument.dtype",
    });
    await expect(store(zeros([2]), ndarray(new Float64Array(3)))).rejects.toThrow("(3,)");
    await expect(store(matrix, {} as never)).rejects.toThrow("set(region, block)");
  });
});
