// From layers to tasks, on the scheduler's side: walks back from the wanted blocks, so that what
// nobody needs never becomes a task. Tasks are dense integers and edges typed arrays. Blocks of
// concatenate and persisted layers, and rechunked blocks that keep their bounds, are other layers'
// blocks and never become tasks: users' operands name the block behind them.
import type { Layer, LayerName } from "./layer.js";

/** Tasks of a graph: numbers from 0, each after its dependencies. */
export interface TaskTable {
  /** Layers, as given. */
  readonly layers: readonly Layer[];
  /** Per task: position in `layers`. */
  readonly layerOf: Int32Array;
  /** Per task: block number within the layer. */
  readonly blockOf: Int32Array;
  /** Operands of task t are `operands[operandStart[t] … operandStart[t + 1] - 1]`, in kernel order. */
  readonly operandStart: Int32Array;
  /** Task numbers; with repeats where one block is used twice. */
  readonly operands: Int32Array;
  /** Per wanted output, per block of it: the task that makes it. */
  readonly outputs: readonly Int32Array[];
  /** Tasks that stand for persisted blocks: they exist already and are not run. */
  readonly persisted: Int32Array;
}

/** Expands `layers` (each after its inputs) down from all blocks of `outputs`. */
export declare function expandLayers(
  layers: readonly Layer[],
  outputs: readonly LayerName[],
): TaskTable;
