import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TaskError } from "../../../src/base/errors.js";
import type { LayerName } from "../../../src/graph/model/layer.js";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import type { Operation } from "../../../src/graph/model/operations.js";
import { identityProgram } from "../../../src/graph/model/program.js";
import type { ComputeStatistics, RunOptions } from "../../../src/graph/ports/executor.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";
import {
  blocks,
  blockwise,
  concatenate,
  elementwise,
  persistedAs,
  rechunk,
  reduce,
  slice,
  source,
  transpose,
} from "../../graph/example-layers.js";

/** Per output: its blocks' values, one list after another. */
async function values(
  outputs: readonly LayerNode[],
  options: RunOptions = {},
  executor = new SerialExecutor(),
): Promise<number[][]> {
  const found: number[][][] = outputs.map(() => []);
  await executor.compute(
    graphBelow(outputs),
    (output, block, value) => {
      (found[output] as number[][])[block] = Array.from(value.data, Number);
    },
    options,
  );
  return found.map((perBlock) => perBlock.flat());
}

const LENGTHS = [2, 3, 1];
const GRID = [LENGTHS, LENGTHS];

/** An array of 6 × 6 that the caller gave. */
function given(scale: number): LayerNode {
  const data = Float64Array.from({ length: 36 }, (_, i) => Math.cos(i * scale) * 3);
  return source(GRID, { type: "data", data });
}

const POOL: readonly LayerNode[] = [
  given(1),
  given(0.7),
  source(GRID, { type: "full", value: -0.5 }),
  source(GRID, { type: "eye", offset: 1 }),
];

const UNARY = ["negative", "abs", "square", "sin", "floor"] as const satisfies Operation[];
const BINARY = ["add", "subtract", "multiply", "maximum"] as const satisfies Operation[];

/** The ways in which a random program makes a new 6 × 6 array from two earlier ones. */
const STEPS: readonly ((a: LayerNode, b: LayerNode) => LayerNode)[] = [
  ...UNARY.map((operation) => (a: LayerNode) => elementwise(operation, a)),
  ...BINARY.map((operation) => (a: LayerNode, b: LayerNode) => elementwise(operation, a, b)),
  (a) => transpose(a),
  (a, b) => elementwise("add", a, transpose(b)),
  (a) =>
    blockwise("round", GRID, [[a, [0, 1]]], {
      nodes: [
        { op: "load", operand: 0, dtype: "float64" },
        { op: "cast", args: [0], dtype: "float32" },
        { op: "cast", args: [1], dtype: "float64" },
      ],
    }),
  (a) => blockwise("rows", GRID, [[reduce(a, "max", [0]), [1]]], identityProgram("float64")),
  (a) =>
    blockwise(
      "columns",
      GRID,
      [[reduce(a, "mean", [1], true), [0, -1]]],
      identityProgram("float64"),
    ),
  () =>
    blockwise(
      "ramp",
      GRID,
      [[source([LENGTHS], { type: "arange", start: 0.1, step: 0.3 }), [0]]],
      identityProgram("float64"),
    ),
  (a) => rechunk(rechunk(a, [[4, 2], [6]]), GRID),
  (a) => {
    const backwards = { type: "range", start: 5, step: -1, count: 6 } as const;
    return rechunk(slice(a, [backwards, backwards]), GRID);
  },
];

const program = fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(20), fc.nat(20)), {
  minLength: 1,
  maxLength: 10,
});

/** The arrays that the steps make; later steps use earlier results. */
function build(steps: readonly (readonly [number, number, number])[]): LayerNode[] {
  const pool = [...POOL];
  // Counted from the end, so that steps build on each other.
  const pick = (back: number) => pool.at(-1 - (back % pool.length)) as LayerNode;
  for (const [step, a, b] of steps) {
    pool.push((STEPS[step] as (typeof STEPS)[number])(pick(a), pick(b)));
  }
  return pool.slice(POOL.length);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    const other = expected[i] as number;
    const near = Math.abs(value - other) <= 1e-9 * (1 + Math.abs(other));
    if (!near && !Object.is(value, other)) expect(value).toBe(other);
  });
}

describe("SerialExecutor", () => {
  it("computes the same with and without passes, on random programs", async () => {
    await fc.assert(
      fc.asyncProperty(program, fc.nat(9), async (steps, other) => {
        const made = build(steps);
        const last = made.at(-1) as LayerNode;
        const middle = made[other % made.length] as LayerNode;
        const outputs = [last, middle, reduce(last, "mean"), reduce(last, "var", [0])];
        const plain = await values(outputs, { optimizeGraph: false });
        const fused = await values(outputs);
        fused.forEach((list, output) => {
          expectClose(list, plain[output] as number[]);
        });
      }),
      { numRuns: 100 },
    );
  });

  it("computes (x + xᵀ).mean() while holding few blocks", async () => {
    const x = source([blocks(8, 20), blocks(8, 20)], {
      type: "data",
      data: Float64Array.from({ length: 160 * 160 }, (_, i) => i % 7),
    });
    let statistics: ComputeStatistics | undefined;
    const onStatistics = (given: ComputeStatistics) => {
      statistics = given;
    };
    const [mean] = await values([reduce(elementwise("add", x, transpose(x)), "mean")], {
      onStatistics,
    });
    const total = Array.from({ length: 160 * 160 }, (_, i) => i % 7).reduce((a, b) => a + b);
    expect(mean?.[0]).toBeCloseTo((2 * total) / 160 ** 2, 10);
    expect(statistics?.tasksRun).toBe(64 + 36 + 10 + 3 + 1);
    expect(statistics?.workers[0]?.peakManagedBytes).toBeLessThan(4 * 20 * 20 * 8);
  });

  it("hands out blocks of concatenations that are other layers' blocks", async () => {
    const row = source([[2, 1]], { type: "data", data: Float64Array.of(1, 2, 3) });
    expect(await values([concatenate([row, row], 0), row])).toEqual([
      [1, 2, 3, 1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it("keeps persisted blocks until they are released", async () => {
    const executor = new SerialExecutor();
    const row = source([[2, 1]], { type: "data", data: Float64Array.of(1, 2, 3) });
    const handle = await executor.persist(graphBelow([elementwise("negative", row)]), {});
    const kept = persistedAs(handle.layers[0] as LayerName, [[2, 1]]);
    const user = elementwise("abs", kept);
    expect(await values([user], {}, executor)).toEqual([[1, 2, 3]]);
    handle.release();
    handle.release();
    await expect(values([user], {}, executor)).rejects.toMatchObject({ code: "graph.lostData" });
  });

  it("reports progress, and stops when it is asked to", async () => {
    const row = source([[1, 1]], { type: "data", data: Float64Array.of(1, 2) });
    const done: number[] = [];
    await values([row], { onProgress: (report) => done.push(report.done) });
    expect(done).toEqual([1, 2]);
    const signal = AbortSignal.abort();
    await expect(values([row], { signal })).rejects.toThrow(TaskError);
  });
});
