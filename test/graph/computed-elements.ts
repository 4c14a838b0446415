// What a graph computes in this thread, as elements of its first output.
import { Assembly } from "../../src/array/results/assemble.js";
import type { LayerName } from "../../src/graph/model/layer.js";
import { type LayerGraph, layerOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import type { BlockConsumer } from "../../src/graph/ports/executor.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";

/** The elements that the graph as it stands computes: no passes are run on it. */
export async function elementsOf(graph: LayerGraph): Promise<unknown[]> {
  const assembly = new Assembly(layerOf(graph, outputsOf(graph)[0] as LayerName));
  const put: BlockConsumer = (_output, block, value) => assembly.put(block, value);
  await new SerialExecutor().compute(graph, put, { optimizeGraph: false });
  const value = assembly.value();
  return typeof value === "object"
    ? Array.from((value as { data: Iterable<unknown> }).data)
    : [value];
}

/** The same, where they are numbers. */
export async function numbersOf(graph: LayerGraph): Promise<number[]> {
  return (await elementsOf(graph)).map(Number);
}
