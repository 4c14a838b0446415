// The duration of tasks on a machine that was not measured: by typical rates of bytes read and
// written (sim/cost-model.ts). Programs with few bytes but many draws or operations are rated by
// their elements.
import { blockIndexOf, blockShape, sizeOf } from "../../graph/model/chunks.js";
import type { BlockwiseLayer, FusedLayer, LayerName } from "../../graph/model/layer.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import type { NeededLayer } from "../../graph/tasks/count-tasks.js";
import { COST_DEFAULTS, type CostModel } from "../../sim/cost-model.js";
import type { TaskSample } from "./sampled-tasks.js";

/** The assumed bytes of an element in a program: most are float64. */
const ELEMENT_BYTES = 8;
/** A drawn number takes as long as this many other steps. */
const DRAW_STEPS = 2;

/** Costs for the layers of a graph, of which each has a sample. */
export function typicalCosts(samples: ReadonlyMap<NeededLayer, readonly TaskSample[]>): CostModel {
  const bytesPerMsOf = new Map<LayerName, number>();
  for (const [{ layer }, [sample]] of samples) {
    // Blocks without elements take the time of a task and nothing else.
    if (sample === undefined || sample.movedBytes === 0) continue;
    if (layer.kind === "fused") {
      bytesPerMsOf.set(layer.name, sample.movedBytes / stepsMs(layer, sample));
      continue;
    }
    if (layer.kind !== "blockwise") continue;
    const slower = workedBytes(layer, sample.block) / sample.movedBytes;
    if (slower > 1) bytesPerMsOf.set(layer.name, COST_DEFAULTS.bytesPerMs.blockwise / slower);
  }
  return { ...COST_DEFAULTS, bytesPerMsOf };
}

/** The time that the steps of a task take, one after another. */
function stepsMs(fused: FusedLayer, { block, movedBytes }: TaskSample): number {
  const { bytesPerMs } = COST_DEFAULTS;
  let ms = movedBytes / bytesPerMs.blockwise;
  for (const { layer } of fused.steps) {
    const bytes =
      layer.kind === "blockwise" ? workedBytes(layer, block) : outputBytes(layer, block);
    ms += bytes / bytesPerMs[layer.kind];
  }
  return ms;
}

function workedBytes(layer: BlockwiseLayer, block: number): number {
  return ELEMENT_BYTES * stepCount(layer) * loopElements(layer, block);
}

/** Steps of a program for each element, and of the reduction after it. */
function stepCount({ program, reduction }: BlockwiseLayer): number {
  const steps = program.nodes.reduce((sum, { op }) => {
    if (op === "load" || op === "constant") return sum;
    return sum + (op === "uniform" ? DRAW_STEPS : 1);
  }, 0);
  return steps + (reduction === undefined ? 0 : 1);
}

function loopElements({ loopChunks }: BlockwiseLayer, block: number): number {
  return sizeOf(blockShape(loopChunks, blockIndexOf(loopChunks, block)));
}
