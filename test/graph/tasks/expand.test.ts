import { describe, expect, it } from "vitest";
import { GraphError } from "../../../src/base/errors.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { expandLayers, type TaskTable } from "../../../src/graph/tasks/expand.js";
import { orderTasks } from "../../../src/graph/tasks/order.js";
import {
  blocks,
  concatenate,
  elementwise,
  persisted,
  rechunk,
  reduce,
  slice,
  source,
  transpose,
} from "../example-layers.js";

function expand(...outputs: readonly LayerNode[]): TaskTable {
  const graph = graphBelow(outputs);
  return expandLayers(layersOf(graph), outputsOf(graph));
}

/** Tasks per kind of layer. */
function census(table: TaskTable): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const at of table.layerOf) {
    const { kind } = table.layers[at] as TaskTable["layers"][number];
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Each task's operands, as (kind, block) pairs. */
function operandsOf(table: TaskTable, task: number): string[] {
  const row = table.operands.subarray(table.operandStart[task], table.operandStart[task + 1]);
  return Array.from(
    row,
    (t) => `${table.layers[table.layerOf[t] ?? -1]?.kind} ${table.blockOf[t]}`,
  );
}

const whole = (count: number) => ({ type: "range", start: 0, step: 1, count }) as const;

describe("expandLayers", () => {
  it("makes 69 tasks of (x + xᵀ).mean() over 4 × 4 blocks before any pass", () => {
    const x = source([blocks(4, 10), blocks(4, 10)]);
    const table = expand(reduce(elementwise("add", x, transpose(x)), "mean"));
    expect(census(table)).toEqual({ source: 16, blockwise: 48, treeReduce: 5 });
    expect(table.layerOf).toHaveLength(69);
    expect(table.outputs).toEqual([Int32Array.of(68)]);
  });

  it("numbers each task after its operands", () => {
    const x = source([blocks(3, 4), blocks(3, 4)]);
    const table = expand(
      reduce(rechunk(elementwise("add", x, transpose(x)), [[5, 7], [12]]), "sum"),
    );
    for (let task = 0; task < table.layerOf.length; task++) {
      for (let at = table.operandStart[task] ?? 0; at < (table.operandStart[task + 1] ?? 0); at++) {
        expect(table.operands[at]).toBeLessThan(task);
      }
    }
  });

  it("makes no task that are not needed", () => {
    const x = source([blocks(1_000, 10), blocks(100, 10)]);
    const corner = slice(elementwise("negative", x), [
      { type: "range", start: 3, step: 1, count: 12 },
      { type: "index", at: 999 },
    ]);
    expect(census(expand(corner))).toEqual({ source: 2, blockwise: 2, slice: 2 });
  });

  it("names the block behind a concatenation's block", () => {
    const x = source([blocks(2, 3)]);
    const table = expand(elementwise("negative", concatenate([x, x], 0)));
    expect(census(table)).toEqual({ source: 2, blockwise: 4 });
    expect(operandsOf(table, 5)).toEqual(["source 1"]);
  });

  it("makes no task for rechunked blocks that keep their bounds, nor for slices of whole blocks", () => {
    const x = source([[4, 4, 2, 2]]);
    const table = expand(elementwise("negative", rechunk(x, [[4, 4, 4]])));
    expect(census(table)).toEqual({ source: 4, rechunk: 1, blockwise: 3 });
    expect(census(expand(slice(x, [{ type: "range", start: 4, step: 1, count: 6 }])))).toEqual({
      source: 2,
    });
    expect(census(expand(slice(x, [{ type: "range", start: 7, step: -1, count: 4 }])))).toEqual({
      source: 1,
      slice: 1,
    });
  });

  it("lets outputs be other layers' blocks", () => {
    const x = source([blocks(2, 3)]);
    const table = expand(concatenate([x, x], 0), x);
    expect(table.outputs).toEqual([Int32Array.of(0, 1, 0, 1), Int32Array.of(0, 1)]);
  });

  it("leaves placeholders for persisted blocks that are needed", () => {
    const kept = persisted([blocks(4, 5)]);
    const table = expand(slice(kept, [{ type: "range", start: 1, step: 1, count: 7 }]));
    expect(table.persisted).toEqual(Int32Array.of(0, 1));
    expect(operandsOf(table, 2)).toEqual(["persisted 0"]);
  });

  it("expands a zero-dimensional array into one task", () => {
    expect(census(expand(source([])))).toEqual({ source: 1 });
  });

  it("refuses layers whose inputs do not come before them", () => {
    const x = source([[3]]);
    const y = elementwise("negative", x);
    expect(() => expandLayers([y.layer, x.layer], [y.layer.name])).toThrow(GraphError);
    expect(() => expandLayers([x.layer], [y.layer.name])).toThrow("needed by the outputs");
  });

  it("refuses graphs that memory would not bear", () => {
    const lengths = blocks(20_000, 1);
    const x = source([lengths, lengths]);
    expect(() => expandLayers([x.layer], [x.layer.name])).toThrow("400,000,000 blocks");
  });

  it("expands and orders (x + xᵀ).mean() of 250,000 blocks, holding four of them at once", () => {
    const x = source([blocks(500, 10), blocks(500, 10)]);
    const table = expand(reduce(elementwise("add", x, transpose(x)), "mean"));
    const place = orderTasks(table);
    const sequence = new Int32Array(place.length);
    place.forEach((at, task) => {
      sequence[at] = task;
    });
    const usersLeft = new Int32Array(place.length);
    for (const operand of table.operands) usersLeft[operand] = (usersLeft[operand] ?? 0) + 1;
    const isBlock = (task: number) =>
      table.layers[table.layerOf[task] ?? -1]?.chunks[0]?.[0] === 10;
    let live = 0;
    let peak = 0;
    for (const task of sequence) {
      if (isBlock(task)) peak = Math.max(peak, ++live);
      for (let at = table.operandStart[task] ?? 0; at < (table.operandStart[task + 1] ?? 0); at++) {
        const operand = table.operands[at] ?? -1;
        usersLeft[operand] = (usersLeft[operand] ?? 0) - 1;
        if (usersLeft[operand] === 0 && isBlock(operand)) live--;
      }
    }
    expect(peak).toBeLessThanOrEqual(4);
  });

  it("keeps whole axes of a slice in the grid", () => {
    const x = source([blocks(2, 3), blocks(2, 3)]);
    const row = slice(x, [{ type: "index", at: 4 }, whole(6)]);
    expect(census(expand(row))).toEqual({ source: 2, slice: 2 });
  });
});
