import { inspect } from "node:util";
import type { NdArray } from "ndarray";
import { afterEach, describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  compute,
  explain,
  ones,
  persist,
  random,
  release,
  visualize,
  zeros,
} from "../../../src/array/index.js";
import { currentHost, installHost } from "../../../src/base/host.js";
import { outputsOf } from "../../../src/graph/model/layer-graph.js";
import {
  type ComputeStatistics,
  closeExecutor,
  type Executor,
  openExecutor,
} from "../../../src/graph/ports/executor.js";
import { VISUALIZER } from "../../../src/graph/ports/visualizer.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";

const executor = new SerialExecutor();

describe("compute", () => {
  it("gives numbers, booleans and ndarrays", async () => {
    const x = arange(6, { chunks: 4 }).reshape([2, 3]);
    expect(await x.sum().compute({ executor })).toBe(15n);
    expect(await x.mean().compute({ executor })).toBe(2.5);
    expect(await x.greater(7).any().compute({ executor })).toBe(false);
    const value = await x.T.compute({ executor });
    expect(value.shape).toEqual([3, 2]);
    expect(value.data).toBeInstanceOf(Int32Array);
    expect([value.get(0, 1), value.get(2, 0)]).toEqual([3, 2]);
    expect(await zeros([], { dtype: "bool" }).compute({ executor })).toBe(false);
    const wrong = { executor: "threads" as unknown as Executor };
    await expect(x.compute(wrong)).rejects.toThrow('executor is "threads": expected a client');
  });

  it("puts blocks of every shape in their places", async () => {
    const x = arange(105)
      .reshape([3, 5, 7])
      .rechunk([
        [2, 1],
        [1, 3, 1],
        [3, 4],
      ]);
    const value = await x.compute({ executor });
    expect(Array.from(value.data)).toEqual(Array.from({ length: 105 }, (_, i) => i));
    expect((await zeros([0, 3]).compute({ executor })).shape).toEqual([0, 3]);
  });

  it("shares the work of several arrays", async () => {
    const x = random([40], { chunks: 10, seed: 1 });
    const statistics: ComputeStatistics[] = [];
    const options = {
      executor,
      optimizeGraph: false,
      onStatistics: (given: ComputeStatistics) => statistics.push(given),
    };
    const [sum, mean, again] = await compute(x.sum(), x.mean(), x.sum(), options);
    expect(sum).toBe(again);
    expect(mean).toBeCloseTo(sum / 40, 12);
    // 4 random blocks once, and 4 + 1 tasks for each of the two reductions.
    expect(statistics[0]?.tasksRun).toBe(4 + 2 * 5);
  });

  it("uses the executor opened last", async () => {
    openExecutor(executor);
    try {
      expect(await ones([3]).sum().compute()).toBe(3);
    } finally {
      closeExecutor(executor);
    }
  });

  it("refuses other things", async () => {
    await expect(compute(3 as never)).rejects.toThrow("argument 1 of compute is no collection");
    await expect(compute()).rejects.toThrow("compute needs at least one collection");
  });
});

describe("persist", () => {
  it("starts later computations from the blocks it left, until they are released", async () => {
    const x = random([20], { chunks: 5, seed: 3 }).add(1);
    const kept = await persist(x, { executor });
    expect(kept.node.layer.kind).toBe("persisted");
    expect([kept.shape, kept.chunks, kept.dtype]).toEqual([x.shape, x.chunks, x.dtype]);
    const sum = await kept.sum().compute({ executor });
    expect(sum).toBeCloseTo(await x.sum().compute({ executor }), 12);
    release(kept);
    release(kept);
    await expect(kept.sum().compute({ executor })).rejects.toThrow("were released");
  });

  it("releases blocks once nothing refers to them", async () => {
    let released = 0;
    const counting: Executor = {
      compute: executor.compute.bind(executor),
      persist: async () => ({ layers: [], release: () => released++ }),
    };
    await persist(ones([2]), { executor: counting }).then((kept) => kept.release());
    expect(released).toBe(1);
  });
});

describe("visualize", () => {
  const host = currentHost();
  afterEach(() => installHost(host));

  it("hands the graph of all arrays to the one that draws", async () => {
    const drawn: { outputs: number; file: string | undefined }[] = [];
    installHost(
      host.with(VISUALIZER, {
        visualize: async (graph, { file }) => {
          drawn.push({ outputs: outputsOf(graph).length, file });
          return "graph.svg";
        },
        explain: () => "",
      }),
    );
    const x = zeros([4]);
    expect(await x.sum().visualize({ file: "a.svg" })).toBe("graph.svg");
    await visualize(x.sum(), x.mean(), x.sum());
    expect(drawn).toEqual([
      { outputs: 1, file: "a.svg" },
      { outputs: 2, file: undefined },
    ]);
  });

  it("has the same graphs explained, as a method and for several at once", () => {
    installHost(
      host.with(VISUALIZER, {
        visualize: async () => "",
        explain: (graph, { workers }) => `${outputsOf(graph).length} on ${workers}`,
      }),
    );
    const x = zeros([4]);
    expect(x.sum().explain()).toBe("1 on undefined");
    expect(explain(x.sum(), x.mean(), x.sum(), { workers: 3 })).toBe("2 on 3");
  });
});

describe("an array in the console", () => {
  it("shows what it is, not its values", () => {
    const x = zeros([35, 4], { chunks: [10, 4] }).add(1);
    expect(inspect(x)).toMatch(
      /^ChunkedArray \(35, 4\) float64, chunks \(3×10 \+ 5, 4\), 4 blocks, .+, 2 layers, 8 tasks, add-[0-9a-f]{7}$/,
    );
    expect(String(x)).toBe(inspect(x));
  });
});

describe("ndarrays from compute", () => {
  it("are values of their own", async () => {
    const x = ones([4], { chunks: 2 });
    const first: NdArray<Float64Array> = await x.compute({ executor });
    first.set(0, 5);
    expect((await x.compute({ executor })).get(0)).toBe(1);
  });
});

describe("a result that no memory holds", () => {
  it("is refused before anything runs, with what to do", async () => {
    const x = zeros([2 ** 25, 2 ** 25], { chunks: 2 ** 20 });
    await expect(x.compute({ executor })).rejects.toMatchObject({
      code: "argument.shape",
      message: expect.stringMatching(/\(33554432, 33554432\) takes .*: reduce or slice it/),
    });
  });
});

describe("an axis of one element with an empty block beside it", () => {
  it.each([
    [[0, 1], [1]],
    [
      [1, 0],
      [0, 1],
    ],
    [
      [0, 1],
      [0, 0, 1],
    ],
  ])("cut as %j and %j is added like any other", async (a, b) => {
    const one = asarray([5], { chunks: [a] });
    expect((await one.add(asarray([2], { chunks: [b] })).compute({ executor })).data).toEqual(
      Float64Array.of(7),
    );
    expect((await one.add(asarray([1, 2])).compute({ executor })).data).toEqual(
      Float64Array.of(6, 7),
    );
    expect((await one.negative().compute({ executor })).data).toEqual(Float64Array.of(-5));
  });
});
