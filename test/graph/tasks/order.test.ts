import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finish } from "../../../src/base/sliced.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { expandLayers } from "../../../src/graph/tasks/expand.js";
import { orderTasks } from "../../../src/graph/tasks/order.js";
import { isEvenTree, livePeak, orderGraph } from "../../../src/graph/tasks/order-graph.js";
import { blocks, elementwise, reduce, source } from "../example-layers.js";

interface OrderCase {
  topology: string;
  params: unknown;
  nodes: string[];
  edges: [number, number][];
  data: number[];
  peak: number;
  peak4: number;
  ticks4: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../fixtures/order.json", import.meta.url), "utf8"),
) as { cases: OrderCase[] };

/** More of their kind, drawn at random. */
const drawn = JSON.parse(
  readFileSync(new URL("../../fixtures/order_drawn.json", import.meta.url), "utf8"),
).cases as { topology: string; params: unknown; operands: number[][]; peak: number }[];

/** The task table of a graph whose nodes come after their dependencies. */
function tableOf(count: number, edges: readonly (readonly [number, number])[]) {
  const rows = Array.from({ length: count }, () => [] as number[]);
  for (const [dependency, user] of edges) rows[user]?.push(dependency);
  const operandStart = new Int32Array(count + 1);
  rows.forEach((row, task) => {
    operandStart[task + 1] = (operandStart[task] as number) + row.length;
  });
  return { operandStart, operands: Int32Array.from(rows.flat()) };
}

/**
 * Most results alive in the order, counted as the cases count; throws when dependencies run late.
 */
function peakOf(table: ReturnType<typeof tableOf>, place: Int32Array): number {
  const count = place.length;
  const sequence = new Int32Array(count).fill(-1);
  place.forEach((at, task) => {
    sequence[at] = task;
  });
  expect(sequence.includes(-1), "every place is taken").toBe(false);
  const operandsOf = (task: number) =>
    new Set(table.operands.subarray(table.operandStart[task], table.operandStart[task + 1]));
  const usersLeft = new Int32Array(count);
  for (let task = 0; task < count; task++) {
    for (const operand of operandsOf(task)) usersLeft[operand] = (usersLeft[operand] ?? 0) + 1;
  }
  const done = new Uint8Array(count);
  let live = 0;
  let peak = 0;
  for (const task of sequence) {
    peak = Math.max(peak, ++live);
    for (const operand of operandsOf(task)) {
      if (done[operand] === 0) throw new Error(`task ${task} runs before its operand ${operand}`);
      usersLeft[operand] = (usersLeft[operand] ?? 0) - 1;
      if (usersLeft[operand] === 0) live--;
    }
    done[task] = 1;
  }
  return peak;
}

/** The lowest peak of all orders of a tree's tasks, of which all but the last have one user. */
function leastPeak(userOf: readonly number[]): number {
  const count = userOf.length + 1;
  const all = 2 ** count - 1;
  const operandsOf = (task: number) =>
    userOf.reduce((set, user, operand) => (user === task ? set | (1 << operand) : set), 0);
  const operands = Array.from({ length: count }, (_, task) => operandsOf(task));
  /** Per set of tasks that have run: the lowest peak until then. */
  const peaks = new Array<number>(all + 1).fill(Number.POSITIVE_INFINITY);
  peaks[0] = 0;
  for (let ran = 0; ran < all; ran++) {
    const held = userOf.filter((user, task) => ran & (1 << task) && !(ran & (1 << user))).length;
    for (let task = 0; task < count; task++) {
      const needs = operands[task] as number;
      if (ran & (1 << task) || (ran & needs) !== needs) continue;
      const peak = Math.max(peaks[ran] as number, held + 1);
      const next = ran | (1 << task);
      peaks[next] = Math.min(peaks[next] as number, peak);
    }
  }
  return peaks[all] as number;
}

/**
 * Four workers that take, tick by tick, the runnable tasks that come first; counted as the cases
 * count.
 */
function runOnFour(table: ReturnType<typeof tableOf>, place: Int32Array, data: readonly number[]) {
  const count = place.length;
  const sequence = [...place.keys()].sort((a, b) => (place[a] ?? 0) - (place[b] ?? 0));
  const isData = new Set(data);
  const done = new Set(data);
  const usersLeft = new Map<number, number>();
  const operandsOf = (task: number) =>
    new Set(table.operands.subarray(table.operandStart[task], table.operandStart[task + 1]));
  for (let task = 0; task < count; task++) {
    for (const operand of operandsOf(task)) {
      usersLeft.set(operand, (usersLeft.get(operand) ?? 0) + 1);
    }
  }
  let [live, peak, ticks] = [0, 0, 0];
  while (done.size < count) {
    const running = sequence
      .filter((task) => !done.has(task) && [...operandsOf(task)].every((one) => done.has(one)))
      .slice(0, 4);
    peak = Math.max(peak, live + running.length);
    live += running.length;
    ticks++;
    for (const task of running) {
      done.add(task);
      for (const operand of operandsOf(task)) {
        const left = (usersLeft.get(operand) ?? 0) - 1;
        usersLeft.set(operand, left);
        if (left === 0 && !isData.has(operand)) live--;
      }
    }
  }
  return { peak, ticks };
}

describe("orderTasks", () => {
  it("is held to all 44 cases", () => {
    expect(cases).toHaveLength(44);
  });

  for (const [at, { topology, params, nodes, edges, peak }] of cases.entries()) {
    it(`holds no more than Dask in case ${at}: ${topology} ${JSON.stringify(params)}`, () => {
      const table = tableOf(nodes.length, edges);
      expect(peakOf(table, orderTasks(table))).toBeLessThanOrEqual(peak);
    });
  }

  it("holds no more than Dask in graphs drawn at random", () => {
    for (const [at, { topology, params, operands, peak }] of drawn.entries()) {
      const edges = operands.flatMap((row, task) => row.map((operand) => [operand, task] as const));
      const table = tableOf(operands.length, edges);
      const what = `case ${at}: ${topology} ${JSON.stringify(params)}`;
      expect(peakOf(table, orderTasks(table)), what).toBeLessThanOrEqual(peak);
    }
  });

  it("keeps four workers as busy as Dask's order does, and holds less", () => {
    const sums = { peak: 0, peak4: 0, ticks: 0, ticks4: 0 };
    for (const [at, { nodes, edges, data, peak4, ticks4 }] of cases.entries()) {
      const table = tableOf(nodes.length, edges);
      const { peak, ticks } = runOnFour(table, orderTasks(table), data);
      expect(peak, `results held in case ${at}`).toBeLessThanOrEqual(peak4 + 2);
      expect(ticks, `ticks of case ${at}`).toBeLessThanOrEqual(ticks4 + 3);
      sums.peak += peak;
      sums.peak4 += peak4;
      sums.ticks += ticks;
      sums.ticks4 += ticks4;
    }
    expect(sums.peak).toBeLessThanOrEqual(sums.peak4);
    // What holds less may wait a little more: by a fraction of a percent in all.
    expect(sums.ticks).toBeLessThanOrEqual(1.005 * sums.ticks4);
  });

  it("runs dependencies first, on random graphs", () => {
    const graph = fc
      .integer({ min: 1, max: 60 })
      .chain((count) =>
        fc.tuple(
          fc.constant(count),
          fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 150 }),
        ),
      );
    fc.assert(
      fc.property(graph, ([count, pairs]) => {
        const edges = pairs
          .filter(([a, b]) => a !== b)
          .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
        const table = tableOf(count, edges);
        peakOf(table, orderTasks(table));
      }),
      { numRuns: 300 },
    );
  });

  it("holds the least that a tree of equal results allows", () => {
    // Each task is read by one of those after it, the last by none.
    const tree = fc.integer({ min: 2, max: 9 }).chain((count) =>
      fc.tuple(
        ...Array.from({ length: count - 1 }, (_, task) => {
          return fc.integer({ min: task + 1, max: count - 1 });
        }),
      ),
    );
    fc.assert(
      fc.property(tree, (userOf) => {
        const table = tableOf(
          userOf.length + 1,
          userOf.map((user, task) => [task, user] as const),
        );
        expect(isEvenTree(finish(orderGraph(table)))).toBe(true);
        expect(peakOf(table, orderTasks(table))).toBe(leastPeak(userOf));
      }),
      { numRuns: 200 },
    );
  });

  it("orders nothing", () => {
    expect(orderTasks(tableOf(0, []))).toHaveLength(0);
  });

  it("stays linear where one result has very many users", () => {
    const count = 200_000;
    const edges: [number, number][] = [];
    for (let task = 1; task < count; task++) edges.push([0, task]);
    const table = tableOf(count, edges);
    const place = orderTasks(table);
    expect(place[0]).toBe(0);
  });
});

describe("with the sizes of results", () => {
  /** The means of u², v² and uv over the first axis: the sum of a block is a tenth of it. */
  function products() {
    const chunks: Chunks = [blocks(8, 10), [500]];
    const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
    const [u, v] = ["u", "v"].map((name) =>
      source(chunks, { type: "npy", path: `/data/${name}.npy`, ...layout }),
    ) as [LayerNode, LayerNode];
    const pairs = [[u, u] as const, [v, v] as const, [u, v] as const];
    const means = pairs.map(([x, y]) => reduce(elementwise("multiply", x, y), "mean", [0]));
    const graph = optimize(graphBelow(means));
    return expandLayers(layersOf(graph), outputsOf(graph));
  }

  it("holds many small sums rather than many large blocks", () => {
    const table = products();
    const sequence = new Int32Array(table.layerOf.length);
    orderTasks(table).forEach((at, task) => {
      sequence[at] = task;
    });
    const blockBytes = 10 * 500 * 8;
    // By the number of results it would be 9 blocks.
    expect(livePeak(finish(orderGraph(table)), sequence)).toBeLessThan(4 * blockBytes);
  });
});
