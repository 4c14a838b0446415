// Programs whose bytes are predicted in tests, with what their graphs say about memory however they
// are run.
import { type ChunkedArray, defaultRng, random } from "../../src/array/index.js";
import {
  type PredictedCost,
  predictCost,
} from "../../src/diagnostics/predictions/predicted-cost.js";
import { hasUnknownLengths } from "../../src/graph/model/chunks.js";
import type { Layer } from "../../src/graph/model/layer.js";
import {
  graphBelow,
  graphOf,
  type LayerGraph,
  layersOf,
  outputsOf,
} from "../../src/graph/model/layer-graph.js";
import { outputBytes } from "../../src/graph/model/output-bytes.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { expandLayers } from "../../src/graph/tasks/expand.js";

const noise = (seed: number) => random([1_000, 1_000], { chunks: 100, seed });

/** Programs that hold most of what they make, and hand it on. */
export const PREDICTED_PROGRAMS = {
  "x − x.mean(), then std": () => {
    // Uniform numbers would be drawn again by the one that reads them.
    const x = defaultRng(1).normal(0, 1, [1_000, 1_000], { chunks: 100 });
    return x.subtract(x.mean()).std();
  },
  matmul: () => noise(1).matmul(noise(2)).sum(),
  "rows to columns": () =>
    random([1_000, 1_000], { chunks: [50, 1_000], seed: 1 })
      .sin()
      .rechunk([1_000, 50])
      .max(),
  sort: () => random([400_000], { chunks: 10_000, seed: 1 }).sort().sum(),
} satisfies Readonly<Record<string, () => ChunkedArray>>;

export type ProgramName = keyof typeof PREDICTED_PROGRAMS;

/** What is known of a program before it runs. */
export interface ProgramForecast {
  readonly graph: LayerGraph;
  readonly predicted: PredictedCost;
  /**
   * What one worker has to hold at some time: operands and result of the task with most of them.
   */
  readonly atOnceBytes: number;
  /** The results of all tasks, none of which was let go. */
  readonly allBytes: number;
}

const forecasts = new Map<string, ProgramForecast>();

/** The forecast of a program, worked out once. */
export function predictProgram(name: ProgramName, workers: number): ProgramForecast {
  const key = `${workers} ${name}`;
  const forecast = forecasts.get(key) ?? forecastProgram(name, workers);
  forecasts.set(key, forecast);
  return forecast;
}

function forecastProgram(name: ProgramName, workers: number): ProgramForecast {
  const optimized = optimize(graphBelow([PREDICTED_PROGRAMS[name]().node]));
  const predicted = predictCost(optimized, { workers, threads: 1 });
  if (typeof predicted === "string") throw new Error(predicted);
  const table = expandLayers(layersOf(optimized), outputsOf(optimized));
  const { layers, layerOf, blockOf, operandStart, operands } = table;
  const bytes = Array.from(layerOf, (at, task) =>
    outputBytes(layers[at] as Layer, blockOf[task] as number),
  );
  // Blocks of unknown lengths are taken for a MiB, which here is more than they have: nothing may
  // rest on it.
  const certain = bytes.map((made, task) =>
    hasUnknownLengths((layers[layerOf[task] as number] as Layer).chunks) ? 0 : made,
  );
  const held = certain.map((made, task) => {
    const read = new Set(operands.subarray(operandStart[task], operandStart[task + 1]));
    return [...read].reduce((sum, operand) => sum + (certain[operand] as number), made);
  });
  return {
    graph: graphOf(layers, outputsOf(optimized)),
    predicted,
    atOnceBytes: Math.max(...held),
    allBytes: bytes.reduce((sum, made) => sum + made, 0),
  };
}
