import { describe, expect, test } from "vitest";
import { finish } from "../../../src/base/sliced.js";
import type { CallsLayer } from "../../../src/graph/model/layer.js";
import {
  type CallTable,
  expandCalls as expandInSlices,
} from "../../../src/graph/tasks/expand-calls.js";
import { type MadeCall, MadeGraph } from "../made-calls.js";

function expandCalls(...given: Parameters<typeof expandInSlices>): CallTable {
  return finish(expandInSlices(...given));
}

function expand(graph: MadeGraph, isThere: (read: number, block: number) => boolean = () => true) {
  const { layers, calls } = graph.message();
  if (calls === undefined) throw new Error("no calls");
  return expandCalls({ layers: layers as readonly CallsLayer[], ...calls }, isThere);
}

/** Per task: its layer's number, its block, and the tasks that it reads. */
function tasksOf({ layerOf, blockOf, operandStart, operands }: CallTable) {
  return Array.from(layerOf, (layer, task) => [
    layer,
    blockOf[task],
    [...operands.subarray(operandStart[task], operandStart[task + 1])],
  ]);
}

const elsewhere = (block: number) => ({ layer: "other-1", block }) as MadeCall;

describe("calls", () => {
  test("become tasks in the order in which they were made, though their layers read each other", () => {
    const graph = new MadeGraph();
    const a = graph.call("f");
    const b = graph.call("g", a, a);
    const c = graph.call("f", b);
    graph.call("g", c, a);
    const table = expand(graph);
    expect(tasksOf(table)).toEqual([
      [0, 0, []],
      [1, 0, [0, 0]],
      [0, 1, [1]],
      [1, 1, [2, 0]],
    ]);
    expect(table.outputs.map((blocks) => [...blocks])).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect([table.persisted.length, table.lost.blocks.length]).toEqual([0, 0]);
  });

  test("read blocks of other graphs, each of which is one task", () => {
    const graph = new MadeGraph();
    graph.call("f", elsewhere(90_000), elsewhere(7));
    graph.call("f", elsewhere(7));
    const table = expand(graph);
    expect(tasksOf(table)).toEqual([
      [0, 90_000, []],
      [0, 7, []],
      [1, 0, [0, 1]],
      [1, 1, [1]],
    ]);
    expect([...table.persisted]).toEqual([0, 1]);
  });

  test("that read what is not there are lost, with those that read them, and no others", () => {
    const graph = new MadeGraph();
    const lost = graph.call("f", elsewhere(0), elsewhere(1));
    const alone = graph.call("f", elsewhere(0));
    graph.call("g", alone);
    graph.call("g", alone, lost);
    const table = expand(graph, (_read, block) => block !== 1);
    expect(table.lost).toEqual({ outputs: [0, 1], blocks: [0, 1], reads: [0, 0] });
    expect(table.outputs.map((blocks) => [...blocks])).toEqual([
      [-1, 1],
      [2, -1],
    ]);
    expect(tasksOf(table)).toEqual([
      [0, 0, []],
      [1, 1, [0]],
      [2, 0, [1]],
    ]);
  });

  test("that read what is made after them are refused, and so is an order of other calls", () => {
    const graph = new MadeGraph();
    const a = graph.call("f");
    graph.call("g", a);
    const { layers, calls } = graph.message();
    if (calls === undefined) throw new Error("no calls");
    const expanding = (order: number[], reads = calls.reads) => {
      const made = {
        layers: layers as readonly CallsLayer[],
        reads,
        order: Int32Array.from(order),
      };
      return () => expandCalls(made, () => true);
    };
    expect(expanding([0, 1])().layerOf).toHaveLength(2);
    expect(expanding([1, 0])).toThrow("reads block 0 of f-");
    for (const order of [[0], [0, 1, 1], [0, 1, 2], [0, 0, 1], [-1, 0]]) {
      expect(expanding(order)).toThrow("order does not fit");
    }
    const needy = new MadeGraph();
    needy.call("f", elsewhere(0));
    const message = needy.message();
    const needing = { layers: message.layers as CallsLayer[], reads: [], order: Int32Array.of(0) };
    expect(() => expandCalls(needing, () => true)).toThrow("layer other-1, needed by f-");
  });
});
