// Random numbers that programs draw themselves: which layers that takes away, where it does not,
// and that nothing changes by it. How they are drawn is test/kernels/uniform/drawn-blocks.test.ts.
import { describe, expect, it } from "vitest";
import { type ChunkedArray, ones, random } from "../../../src/array/index.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { OPERATIONS, type Operation } from "../../../src/graph/model/operations.js";
import { TILED_STEPS } from "../../../src/graph/passes/draw-inside.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import type { BlockConsumer } from "../../../src/graph/ports/executor.js";
import { tileProgram } from "../../../src/kernels/tile-programs/tile-program.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";

const x = random([400, 400], { chunks: 100, seed: 1 });
const y = random([400, 400], { chunks: 100, seed: 2 });

/** How many sources are left. */
function sources(...outputs: readonly ChunkedArray[]) {
  const layers = layersOf(optimize(graphBelow(outputs.map(({ node }) => node))));
  return layers.filter(({ kind }) => kind === "source").length;
}

describe("drawInside", () => {
  it("takes away random layers that programs read once or twice", () => {
    expect(sources(x.add(1))).toBe(0);
    expect(sources(x.add(x.T).mean())).toBe(0);
    expect(sources(x.mean(), x.max())).toBe(0);
    expect(sources(x.multiply(x).add(y.multiply(y)).less(1).mean())).toBe(0);
    // Nothing waits for the mean.
    expect(sources(x.subtract(x.mean()).abs())).toBe(0);
    expect(sources(x.std(0))).toBe(0);
  });

  it("leaves those that someone wants, or that more read", () => {
    expect(sources(x, x.add(1))).toBe(1);
    expect(sources(x.mean(), x.max(), x.min())).toBe(1);
    expect(sources(x.add(x.T).mean(), x.max())).toBe(1);
    expect(sources(x.rechunk([50, 400]).cumsum(0))).toBe(1);
  });

  it("leaves those that would be drawn again and again, or a few at a time", () => {
    const row = random([400], { chunks: 100, seed: 3 });
    expect(sources(ones([400, 400], { chunks: 100 }).add(x).add(row))).toBe(1);
    expect(sources(random([400, 400], { chunks: [100, 50], seed: 3 }).add(1))).toBe(1);
    // A transposed operand of which rows become numbers.
    expect(sources(x.add(x.T).sum(0))).toBe(1);
  });

  it("leaves those of programs that need whole blocks", () => {
    expect(sources(x.astype("int32"))).toBe(1);
    expect(sources(x.logaddexp(1))).toBe(1);
    expect(sources(x.argmax())).toBe(1);
  });

  it.each<[string, (x: ChunkedArray) => ChunkedArray]>([
    ["a sum with the transposed", (x) => x.add(x.T).sum()],
    ["elements", (x) => x.subtract(x.mean()).multiply(y.T)],
    ["columns", (x) => x.std(0)],
    ["a share", (x) => x.multiply(x).add(y.multiply(y)).less(1).mean()],
  ])("changes no bit of %s", async (_what, of) => {
    const values = async (drawInside: boolean) => {
      const graph = optimize(graphBelow([of(x).node]), { passes: { drawInside } });
      const kinds = layersOf(graph).map(({ kind }) => kind);
      expect(kinds.includes("source")).toBe(!drawInside);
      const read: number[][] = [];
      const keep: BlockConsumer = (_output, block, { data }) =>
        (read[block] = Array.from(data, Number));
      await new SerialExecutor().compute(graph, keep, { optimizeGraph: false });
      return read;
    };
    expect(await values(true)).toEqual(await values(false));
  });

  it("knows the steps that have kernels over tiles", () => {
    for (const op of Object.keys(OPERATIONS) as Operation[]) {
      const { arity, result } = OPERATIONS[op];
      const args = Array.from({ length: arity }, (_, i) => i);
      for (const [kind, of] of [
        ["float", "float64"],
        ["bool", "bool"],
      ] as const) {
        const loads = args.map((operand) => {
          const isCondition = op === "where" && operand === 0;
          return { op: "load", operand, dtype: isCondition ? "bool" : of } as const;
        });
        const dtype = result === "bool" ? "bool" : of;
        const isTiled = tileProgram({ nodes: [...loads, { op, args, dtype }] }) !== undefined;
        expect([op, of, TILED_STEPS[kind].has(op)]).toEqual([op, of, isTiled]);
      }
    }
  });
});
