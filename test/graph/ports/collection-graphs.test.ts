// The graphs that users get of collections, and what they do with them in a few lines of
// graphology's.
import { forEachTopologicalGeneration, hasCycle, topologicalSort } from "graphology-dag";
import { beforeAll, describe, expect, it } from "vitest";
import { type ChunkedArray, fromArray, random } from "../../../src/array/index.js";
import { fromSequence } from "../../../src/bag/index.js";
import { layerGraph, taskGraph } from "../../../src/graph/ports/collection-graphs.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";

const x = random([400, 400], { chunks: 100, seed: 1 });
const mean = x.add(x.T).mean();

describe("layerGraph", () => {
  it("has the layers as built, or after the passes", () => {
    expect(layerGraph(mean).order).toBe(5);
    const optimized = layerGraph(mean, { optimize: true });
    expect(optimized.mapNodes((_, { kind }) => kind)).toEqual(["blockwise", "treeReduce"]);
    expect(layerGraph(mean, { passes: { drawInside: false } }).order).toBe(3);
    expect(layerGraph(mean, { optimize: false, passes: { drawInside: false } }).order).toBe(5);
  });

  it("says in which positions a layer is read", () => {
    const graph = layerGraph(x.add(x.T), { passes: { drawInside: false } });
    const [source, add] = graph.nodes() as [string, string];
    expect(graph.getEdgeAttributes(source, add)).toEqual({ positions: [0, 1] });
  });

  it("is one graph of several collections of any kind", () => {
    const graph = layerGraph(mean, x.sum(), fromSequence([1, 2, 3]).count());
    expect(graph.getAttribute("outputs")).toHaveLength(3);
    expect(hasCycle(graph)).toBe(false);
    expect(topologicalSort(graph)).toHaveLength(graph.order);
  });

  it("is a copy: what is changed in it is changed nowhere else", async () => {
    const y = fromArray([1, 2, 3]) as ChunkedArray;
    const sum = y.multiply(2).sum();
    const changed = layerGraph(sum);
    changed.forEachNode((name) => changed.setNodeAttribute(name, "dtype", "int8"));
    const graph = layerGraph(sum);
    expect(graph.mapNodes((_, { dtype }) => dtype)).not.toContain("int8");
    graph.forEachNode((name) => graph.dropNode(name));
    expect(layerGraph(sum).order).toBe(3);
    expect(await sum.compute({ executor: new SerialExecutor() })).toBe(12);
  });

  it("refuses what is no collection, and options that there are not", () => {
    expect(() => layerGraph(1 as never)).toThrow("argument 1 of layerGraph is no collection");
    expect(() => layerGraph()).toThrow("layerGraph needs at least one collection");
    expect(() => layerGraph(x, { optimise: true } as never)).toThrow("optimise");
    expect(() => taskGraph(x, { passes: { fuse: false } as never })).toThrow("no pass fuse");
  });
});

describe("taskGraph", () => {
  it("has the tasks, with their blocks and bytes", () => {
    const graph = taskGraph(mean, { passes: { drawInside: false, mirrorReductions: false } });
    expect(graph.order).toBe(16 + 16 + 1);
    const [output] = graph.getAttribute("outputs");
    expect(output).toHaveLength(1);
    expect(graph.getNodeAttributes(output?.[0])).toMatchObject({
      kind: "treeReduce",
      block: [],
      shape: [],
      dtype: "float64",
      bytes: 8,
    });
    const source = graph.findNode((_, { kind }) => kind === "source") as string;
    expect(source).toMatch(/^random-[0-9a-f]{7}\(0, 0\)$/);
    expect(graph.getNodeAttributes(source)).toMatchObject({ shape: [100, 100], bytes: 80_000 });
  });

  it("has one edge for a block that is read twice, with both positions", () => {
    const graph = taskGraph(mean, { passes: { drawInside: false, mirrorReductions: false } });
    const degrees = graph.filterNodes((_, { kind }) => kind === "blockwise");
    // Blocks on the diagonal read one block, in two positions; the others read two.
    const twice = graph.filterEdges((_, { positions }) => positions.length === 2);
    expect(twice).toHaveLength(4);
    expect(degrees.map((task) => graph.inDegree(task)).sort()).toEqual([
      ...new Array(4).fill(1),
      ...new Array(12).fill(2),
    ]);
  });

  it("refuses more tasks than a process bears", () => {
    const large = random([1_001, 1_000], { chunks: 1, seed: 1 });
    expect(() => taskGraph(large)).toThrow("a graph of 1,001,000 tasks is too large");
  });
});

describe("what people do with them", () => {
  let tasks: ReturnType<typeof taskGraph>;
  beforeAll(() => {
    tasks = taskGraph(mean);
  });

  it("finds the longest chain of tasks, by bytes", () => {
    const longest = new Map<string, number>();
    for (const task of topologicalSort(tasks)) {
      const before = tasks.mapInNeighbors(task, (input) => longest.get(input) as number);
      longest.set(task, tasks.getNodeAttribute(task, "bytes") + Math.max(0, ...before));
    }
    // A block of numbers, its transpose, the sum, a sum, and the mean.
    expect(Math.max(...longest.values())).toBe(3 * 80_000 + 8 + 8);
  });

  it("says how many tasks may run at a time", () => {
    const widths: number[] = [];
    forEachTopologicalGeneration(tasks, (generation) => widths.push(generation.length));
    expect(widths).toEqual([16, 16, 16, 16, 1]);
  });
});
