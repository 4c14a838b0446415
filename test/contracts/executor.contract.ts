// What every Executor owes its callers, as one suite: the serial one, this process's threads and a
// cluster over ZeroMQ all run it. Layers are made by hand, so that nothing but the executor is
// tested.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Block } from "../../src/base/block.js";
import { blockCount } from "../../src/graph/model/chunks.js";
import type { MapBlocksLayer, PersistedLayer, SourceLayer } from "../../src/graph/model/layer.js";
import { graphBelow } from "../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import { nameLayer } from "../../src/graph/model/naming.js";
import type {
  ComputeStatistics,
  Executor,
  ProgressReport,
  RunOptions,
} from "../../src/graph/ports/executor.js";
import {
  blocks,
  elementwise,
  gatherParts,
  reduce,
  source,
  splitRows,
  transpose,
} from "../graph/example-layers.js";

/** An executor and how it is ended. */
export interface OpenExecutor {
  readonly executor: Executor;
  close(): Promise<void>;
}

/** What an executor does beside the rest of the contract. */
export interface ExecutorTraits {
  /** Whether it gives other work a chance while it computes, so that a signal can stop it. */
  readonly cancelsMidway: boolean;
}

/** Runs the suite against the executor that `open` makes. */
export function describeExecutor(
  name: string,
  open: () => Promise<OpenExecutor>,
  traits: ExecutorTraits,
): void {
  describe(`executor contract: ${name}`, () => {
    let opened: OpenExecutor;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const run = (outputs: readonly LayerNode[], options?: RunOptions) =>
      collect(opened.executor, outputs, options);

    describeResults(run);
    describeDynamicResults(() => opened.executor, run);
    describeFailures(run, traits);
    describePersist(() => opened.executor, run);
    describeReports(run);
  });
}

/** 60 numbers in 6 blocks, as they are and as the numbers of the parts that they go to. */
function numbered(partOf: (i: number) => number): { rows: LayerNode; numbers: LayerNode } {
  const data = (make: (i: number) => number, dtype: "float64" | "int32") => {
    const values = Array.from({ length: 60 }, (_, i) => make(i));
    const array = dtype === "int32" ? Int32Array.from(values) : Float64Array.from(values);
    return source([blocks(6, 10)], { type: "data", data: array }, dtype);
  };
  return { rows: data((i) => i, "float64"), numbers: data(partOf, "int32") };
}

/** Results whose size is not known before they are computed, and values made of parts. */
function describeDynamicResults(executor: () => Executor, run: Run): void {
  it("exchanges parts of blocks, as long as they turn out", async () => {
    const { rows, numbers } = numbered((i) => (i * i) % 7);
    const gathered = gatherParts(splitRows(rows, numbers, 7), 7);
    const parts = (part: number) =>
      Array.from({ length: 60 }, (_, i) => i).filter((i) => (i * i) % 7 === part);
    const expected = Array.from({ length: 7 }, (_, part) => parts(part));
    expect(expected[3]).toEqual([]);
    const doubled = elementwise("add", gathered, gathered);
    const total = reduce(doubled, "sum");
    expect(await run([gathered, doubled, total])).toEqual([
      expected,
      expected.map((part) => part.map((value) => 2 * value)),
      [[60 * 59]],
    ]);
  });

  it("reads a value without parts whole where one block reads all", async () => {
    const { rows, numbers } = numbered((i) => i % 2);
    const all = gatherParts(gatherParts(splitRows(rows, numbers, 2), 2), 1);
    const evenFirst = Array.from({ length: 60 }, (_, i) => (i < 30 ? 2 * i : 2 * i - 59));
    expect(await run([all])).toEqual([[evenFirst]]);
  });

  it("reduces blocks of unknown lengths, some of them empty", async () => {
    const { rows, numbers } = numbered((i) => (i < 20 ? 0 : 2));
    const gathered = gatherParts(splitRows(rows, numbers, 3), 3);
    const results = await run([reduce(gathered, "mean"), reduce(gathered, "var")]);
    expect(results[0]?.[0]?.[0]).toBeCloseTo(29.5, 12);
    expect(results[1]?.[0]?.[0]).toBeCloseTo((60 ** 2 - 1) / 12, 9);
  });

  it("says which blocks differ when arrays do not fit each other", async () => {
    const { rows, numbers } = numbered((i) => i % 3);
    const a = gatherParts(splitRows(rows, numbers, 3), 3);
    const other = numbered((i) => (i < 10 ? 0 : 1));
    const b = gatherParts(splitRows(other.rows, other.numbers, 3), 3);
    await expect(run([elementwise("add", a, b)])).rejects.toThrow(
      /gather-\w+ has \d+ elements and gather-\w+ \d+/,
    );
  });

  it("keeps them, and reads them again", async () => {
    const { rows, numbers } = numbered((i) => i % 4);
    const gathered = gatherParts(splitRows(rows, numbers, 4), 4);
    const handle = await executor().persist(graphBelow([gathered]), {});
    const kept = persistedAs(gathered);
    const [sum] = await run([reduce(elementwise("add", kept, kept), "sum")]);
    expect(sum).toEqual([[60 * 59]]);
    handle.release();
  });
}

type Run = (outputs: readonly LayerNode[], options?: RunOptions) => Promise<number[][][]>;

/** Computes `outputs`; gives the values of each block of each of them. */
async function collect(
  executor: Executor,
  outputs: readonly LayerNode[],
  options: RunOptions = {},
): Promise<number[][][]> {
  const values = outputs.map(({ layer }) =>
    new Array<number[] | undefined>(blockCount(layer.chunks)).fill(undefined),
  );
  const graph = graphBelow(outputs);
  await executor.compute(
    graph,
    (output, block, value) => {
      if (values[output]?.[block] !== undefined) throw new Error("a block came twice");
      (values[output] as unknown[])[block] = elements(value);
    },
    options,
  );
  return values.map((ofOutput) =>
    ofOutput.map((value) => {
      if (value === undefined) throw new Error("a block did not come");
      return value;
    }),
  );
}

/** A block's elements in row-major order; blocks arrive C-contiguous. */
function elements(block: Block): number[] {
  const size = block.shape.reduce((product, length) => product * length, 1);
  return Array.from(block.data.subarray(block.offset, block.offset + size), Number);
}

function arange(chunks: readonly number[]): LayerNode {
  return source([chunks], { type: "arange", start: 0, step: 1 });
}

/** A layer that runs a function's source on each block of `input`. */
function mapBlocks(input: LayerNode, text: string): LayerNode {
  const { chunks, dtype } = input.layer;
  const layer = nameLayer<MapBlocksLayer>("mapBlocks", {
    kind: "mapBlocks",
    inputs: [input.layer.name],
    chunks,
    dtype,
    function: { hash: text, name: "userFunction", source: text, captured: {} },
    operands: [{ input: 0, axes: chunks.map((_, axis) => axis) }],
    loopChunks: chunks,
  });
  return { layer, inputs: [input] };
}

/** What an earlier `persist` left. */
function persistedAs({ layer }: LayerNode): LayerNode {
  const { name, chunks, dtype } = layer;
  const persisted: PersistedLayer = { kind: "persisted", name, inputs: [], chunks, dtype };
  return { layer: persisted, inputs: [] };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function describeResults(run: Run): void {
  it("computes the blocks of a source, empty and uneven ones too", async () => {
    const [values] = await run([arange([3, 0, 1, 4])]);
    expect(values).toEqual([range(0, 3), [], [3], range(4, 8)]);
  });

  it("computes x + xᵀ from the very x that it gives out", async () => {
    const x = source([blocks(3, 4), blocks(3, 4)]);
    const sum = elementwise("add", x, transpose(x));
    const [xs, sums] = (await run([x, sum])) as [number[][], number[][]];
    for (let block = 0; block < 9; block++) {
      const mirror = (block % 3) * 3 + Math.floor(block / 3);
      const expected = range(0, 16).map(
        (i) => (xs[block]?.[i] ?? 0) + (xs[mirror]?.[(i % 4) * 4 + Math.floor(i / 4)] ?? 0),
      );
      expect(sums[block]).toEqual(expected);
    }
  });

  it("reduces along a tree", async () => {
    const [sum] = await run([reduce(arange(blocks(100, 7)), "sum")]);
    expect(sum).toEqual([[(700 * 699) / 2]]);
  });

  it("computes what two outputs share once", async () => {
    let statistics: ComputeStatistics | undefined;
    const x = arange(blocks(10, 2));
    const outputs = [elementwise("negative", x), elementwise("square", x)];
    const [negative, square] = await run(outputs, {
      optimizeGraph: false,
      onStatistics: (report) => (statistics = report),
    });
    expect(negative?.flat()).toEqual(range(0, 20).map((i) => -i));
    expect(square?.flat()).toEqual(range(0, 20).map((i) => i * i));
    expect(statistics?.tasksRun).toBe(30);
  });

  it("gives an output that is asked for twice twice", async () => {
    const x = arange(blocks(3, 2));
    const [first, second] = await run([x, x]);
    expect(first?.flat()).toEqual(range(0, 6));
    expect(second).toEqual(first);
  });

  it("computes many tiny blocks, each once", async () => {
    const [values] = await run([elementwise("negative", arange(blocks(5_000, 1)))]);
    expect(values?.every((value, block) => value[0] === 0 - block)).toBe(true);
  });

  it("computes blocks of many megabytes", async () => {
    const x = source([blocks(4, 1_000), [500]], { type: "full", value: 1.5 });
    const [values] = await run([elementwise("add", x, x)]);
    expect(values?.map((block) => block.length)).toEqual(blocks(4, 500_000));
    expect(values?.every((block) => block.every((value) => value === 3))).toBe(true);
  });

  it("reads an array that the caller gave", async () => {
    const data = Float64Array.from({ length: 40_000 }, (_, i) => i);
    const layer = nameLayer<SourceLayer>("data", {
      kind: "source",
      inputs: [],
      chunks: [blocks(2, 100), blocks(4, 50)],
      dtype: "float64",
      generator: { type: "data", data },
    });
    const [values] = await run([{ layer, inputs: [] }]);
    expect(values?.[6]?.slice(0, 50)).toEqual(range(20_100, 20_150));
  });

  it("computes several graphs at once", async () => {
    const runs = range(1, 6).map((count) => run([reduce(arange(blocks(count, 3)), "sum")]));
    const sums = (await Promise.all(runs)).map(([sum]) => sum?.[0]?.[0]);
    expect(sums).toEqual([3, 15, 36, 66, 105]);
  });
}

function describeFailures(run: Run, { cancelsMidway }: ExecutorTraits): void {
  it("rejects with the error of a function that throws, and goes on afterwards", async () => {
    const text = "() => { throw new RangeError('no such luck'); }";
    const failing = mapBlocks(arange(blocks(4, 2)), text);
    await expect(run([failing])).rejects.toMatchObject({
      code: "task.failed",
      message: expect.stringMatching(/mapBlocks-arange-[0-9a-f]{7}\(\d\).*no such luck/s),
    });
    expect(await run([arange([2])])).toEqual([[[0, 1]]]);
  });

  it("does nothing when its signal has fired already", async () => {
    const options = { signal: AbortSignal.abort() };
    await expect(run([arange([2])], options)).rejects.toMatchObject({ code: "task.cancelled" });
  });

  it.runIf(cancelsMidway)("gives up when its signal fires, and goes on afterwards", async () => {
    const controller = new AbortController();
    const endless = elementwise("negative", source([blocks(2_000, 100_000)]));
    const promise = run([reduce(endless, "sum")], {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(promise).rejects.toMatchObject({ code: "task.cancelled" });
    expect(await run([arange([2])])).toEqual([[[0, 1]]]);
  });
}

function describePersist(executor: () => Executor, run: Run): void {
  it("keeps persisted blocks until they are released", async () => {
    const x = source([blocks(4, 5)]);
    const [values] = await run([x]);
    const handle = await executor().persist(graphBelow([x]), {});
    expect(handle.layers).toEqual([x.layer.name]);
    const kept = persistedAs(x);
    let statistics: ComputeStatistics | undefined;
    expect(await run([kept], { onStatistics: (report) => (statistics = report) })).toEqual([
      values,
    ]);
    expect(statistics?.tasksRun).toBe(0);
    const [doubled] = await run([elementwise("add", kept, kept)]);
    expect(doubled).toEqual(values?.map((block) => block.map((value) => 2 * value)));
    handle.release();
    await expect(run([kept])).rejects.toMatchObject({ code: "graph.lostData" });
  });
}

function describeReports(run: Run): void {
  it("reports progress and, at the end, what the job has cost", async () => {
    const reports: ProgressReport[] = [];
    const statistics: ComputeStatistics[] = [];
    await run([elementwise("negative", source([blocks(50, 20_000)]))], {
      optimizeGraph: false,
      onProgress: (report) => reports.push(report),
      onStatistics: (report) => statistics.push(report),
    });
    // A job that is over before the first report is due may have none.
    for (const { done, total } of reports) {
      expect(total).toBe(100);
      expect(done).toBeLessThanOrEqual(100);
    }
    expect(statistics).toHaveLength(1);
    expect(statistics[0]).toMatchObject({ tasksRun: 100 });
    expect(statistics[0]?.wallMs).toBeGreaterThan(0);
  });
}
