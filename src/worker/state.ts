import type { Layer } from "../graph/layer.js";
import type { LayerId } from "../protocol/ids.js";

/** Settings of the worker core. */
export interface WorkerOptions {
  readonly name: string;
  /** Where the shell serves this worker's data. */
  readonly dataAddress: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  readonly pid: number;
  /** After how long without a word of the scheduler the worker gives up. */
  readonly schedulerTimeoutMs: number;
  /** Transfers under way at once, in requests. */
  readonly fetchesMax: number;
}

/** Everything the worker knows. */
export interface WorkerState {
  readonly options: WorkerOptions;
  /** Layers that tasks here belong to, with the numbers of their inputs' layers. */
  readonly layers: Map<LayerId, { readonly layer: Layer; readonly inputs: readonly LayerId[] }>;
}

/** The state of a worker that has not registered yet. */
export declare function createWorkerState(
  options: Pick<WorkerOptions, "name" | "dataAddress" | "threads" | "memoryLimitBytes" | "pid"> &
    Partial<WorkerOptions>,
): WorkerState;
