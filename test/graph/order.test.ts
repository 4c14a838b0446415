import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderTasks } from "../../src/graph/order.js";

interface OrderCase {
  topology: string;
  params: unknown;
  nodes: string[];
  edges: [number, number][];
  peak: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL("../fixtures/order.json", import.meta.url), "utf8"),
) as { cases: OrderCase[] };

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

/** Most results alive in the order, counted as the cases count; throws when dependencies run late. */
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

describe("orderTasks", () => {
  for (const [at, { topology, params, nodes, edges, peak }] of cases.entries()) {
    it(`holds no more than Dask in case ${at}: ${topology} ${JSON.stringify(params)}`, () => {
      const table = tableOf(nodes.length, edges);
      expect(peakOf(table, orderTasks(table))).toBeLessThanOrEqual(peak);
    });
  }

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
