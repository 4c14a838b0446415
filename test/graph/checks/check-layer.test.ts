// Every kind of layer, as it should be and in a thousand wrong ways: what passes its check is
// expanded with all operands in range, what does not is refused by its name. MUTATIONS=1000 in the
// environment looks longer.
import { describe, expect, it } from "vitest";
import { GraphError } from "../../../src/base/errors.js";
import { Rng } from "../../../src/base/rng.js";
import { checkLayer } from "../../../src/graph/checks/check-layer.js";
import { blockCount } from "../../../src/graph/model/chunks.js";
import type { Layer, LayerKind, LayerName } from "../../../src/graph/model/layer.js";
import { outputBytes } from "../../../src/graph/model/output-bytes.js";
import { expandLayers, type TaskTable } from "../../../src/graph/tasks/expand.js";
import { orderTasks } from "../../../src/graph/tasks/order.js";
import { examples } from "./examples.js";
import { mutated } from "./mutations.js";

const MUTATIONS = Number(process.env.MUTATIONS ?? 12);

function inputsOf(layer: Layer, layers: readonly Layer[]): Layer[] {
  return layer.inputs.map((name) => layers.find((one) => one.name === name) as Layer);
}

/** What a scheduler relies on when it takes tasks in. */
function checkTable(table: TaskTable, outputs: readonly LayerName[]): void {
  const tasks = table.layerOf.length;
  for (let task = 0; task < tasks; task++) {
    const end = table.operandStart[task + 1] as number;
    for (let k = table.operandStart[task] as number; k < end; k++) {
      const operand = table.operands[k] as number;
      if (!(operand >= 0 && operand < task)) throw new Error(`task ${task} reads task ${operand}`);
    }
    const bytes = outputBytes(
      table.layers[table.layerOf[task] as number] as Layer,
      table.blockOf[task] as number,
    );
    if (!(bytes >= 0)) throw new Error(`task ${task} makes ${bytes} bytes`);
  }
  for (const [k, name] of outputs.entries()) {
    const layer = table.layers.find((one) => one.name === name) as Layer;
    expect(table.outputs[k]?.length).toBe(blockCount(layer.chunks));
  }
  for (const blocks of table.outputs) for (const task of blocks) expect(task).toBeLessThan(tasks);
  expect(orderTasks(table).length).toBe(tasks);
}

/** Whether the graph is expanded; what is not is refused by an error of graphs. */
function isExpanded(layers: readonly Layer[], output: LayerName): boolean {
  let table: TaskTable;
  try {
    table = expandLayers(layers, [output], 100_000);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    expect(["graph.invalidLayer", "graph.tooLarge"]).toContain(error.code);
    return false;
  }
  checkTable(table, [output]);
  return true;
}

describe("layers of every kind", () => {
  const graphs = examples();
  const kinds = new Set(graphs.flatMap((layers) => layers.map(({ kind }) => kind)));

  it("are among the examples", () => {
    const all: Readonly<Record<LayerKind, true>> = {
      source: true,
      blockwise: true,
      treeReduce: true,
      rechunk: true,
      slice: true,
      concatenate: true,
      reshape: true,
      contract: true,
      mapBlocks: true,
      take: true,
      routine: true,
      store: true,
      calls: true,
      pick: true,
      partitions: true,
      query: true,
      fused: true,
      barrier: true,
      gate: true,
      persisted: true,
    };
    expect([...kinds].sort()).toEqual(Object.keys(all).sort());
  });

  it("fit what they read as they are made", () => {
    for (const layers of graphs) {
      for (const layer of layers) checkLayer(layer, inputsOf(layer, layers));
      for (const { name } of layers) expect(isExpanded(layers, name)).toBe(true);
    }
  });

  it.each([...kinds])("%s: what is changed passes in order or is refused", (kind) => {
    const rng = new Rng(1);
    let [passed, refused] = [0, 0];
    for (const layers of graphs) {
      layers.forEach((layer, at) => {
        if (layer.kind !== kind) return;
        for (let k = 0; k < MUTATIONS; k++) {
          const changed = mutated(layer, rng);
          let isFit = true;
          try {
            checkLayer(changed, inputsOf(layer, layers));
          } catch (error) {
            if (!(error instanceof GraphError)) throw error;
            expect(error.code).toBe("graph.invalidLayer");
            expect(error.message).toContain("does not fit");
            isFit = false;
          }
          refused += isFit ? 0 : 1;
          // Its own blocks, and those of what reads it.
          const odd = layers.with(at, changed);
          if (isFit && isExpanded(odd, layer.name)) passed++;
          if (isFit) isExpanded(odd, (layers.at(-1) as Layer).name);
        }
      });
    }
    expect(refused).toBeGreaterThan(0);
    if (kind !== "persisted") expect(passed).toBeGreaterThan(0);
  });
});
