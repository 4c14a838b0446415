// The cost of a graph, estimated layer by layer: the answer of explain() for graphs that take long
// to simulate. It ignores placement, and so the transfers between workers.
import { blockIndexOf } from "../../graph/model/chunks.js";
import type { LayerName } from "../../graph/model/layer.js";
import { taskKey } from "../../graph/model/naming.js";
import type { NeededLayer } from "../../graph/tasks/count-tasks.js";
import { sourceBytesOf } from "../../graph/tasks/source-bytes.js";
import { type CostModel, taskDurationMs } from "../../sim/cost-model.js";
import type { TaskSample } from "./sampled-tasks.js";

/** The cost of a graph without a simulation. */
export interface EstimatedCost {
  readonly tasks: number;
  /** Bytes of all blocks that are read or made from nothing. */
  readonly sourceBytes: number;
  readonly wallMs: number;
  /** Processor time of all tasks. */
  readonly processorMs: number;
  /** The tasks of the layer with the most: about as many can run at once. */
  readonly widest: number;
  /**
   * The task that takes the most memory while it runs, and the bytes of its operands, result and
   * scratch.
   */
  readonly largestTask: { readonly key: string; readonly bytes: number };
}

/**
 * Estimates the cost of computing a graph.
 *
 * @param samples of its layers, each after its inputs
 * @param threads of all workers together
 */
export function estimateCost(
  samples: ReadonlyMap<NeededLayer, readonly TaskSample[]>,
  costs: CostModel,
  threads: number,
): EstimatedCost {
  const readyMs = new Map<LayerName, number>();
  let [tasks, sourceBytes, processorMs, widest, pathMs] = [0, 0, 0, 0, 0];
  for (const [{ layer, ...counted }, [sample]] of samples) {
    const taskMs = sample === undefined ? 0 : taskDurationMs(costs, layer, sample.movedBytes);
    const inputsMs = layer.inputs.map((input) => readyMs.get(input) ?? 0);
    const doneMs = Math.max(0, ...inputsMs) + taskMs;
    readyMs.set(layer.name, doneMs);
    pathMs = Math.max(pathMs, doneMs);
    tasks += counted.tasks;
    processorMs += counted.tasks * taskMs;
    widest = Math.max(widest, counted.tasks);
    sourceBytes += sourceBytesOf({ layer, ...counted });
  }
  // Brent's bound: no greedy schedule takes longer, apart from transfers.
  const wallMs = Math.max(0, processorMs - pathMs) / threads + pathMs;
  return { tasks, sourceBytes, wallMs, processorMs, widest, largestTask: largestOf(samples) };
}

function largestOf(samples: ReadonlyMap<NeededLayer, readonly TaskSample[]>) {
  let largest = { key: "", bytes: 0 };
  for (const [{ layer }, some] of samples) {
    for (const { block, heldBytes } of some) {
      if (heldBytes <= largest.bytes) continue;
      largest = { key: taskKey(layer.name, blockIndexOf(layer.chunks, block)), bytes: heldBytes };
    }
  }
  return largest;
}
