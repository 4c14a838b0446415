// The port between the towers: a collection has its layers computed without knowing where. The back
// tower implements Executor; src/index.ts installs the one for programs without an open cluster.
import type { Block } from "../../base/block.js";
import { InvariantError } from "../../base/errors.js";
import { provided, Service } from "../../base/host.js";
import type { LayerName } from "../model/layer.js";
import type { LayerGraph } from "../model/layer-graph.js";
import type { Passes } from "../passes/optimize.js";
import type { JobOptions } from "./job-options.js";

/** How far a computation has come. */
export interface ProgressReport {
  /** Tasks finished. */
  readonly done: number;
  /** Tasks in all. */
  readonly total: number;
  /** How long the job has waited for a worker that may run it; 0 when there is one. */
  readonly waitingForWorkersMs: number;
  /** The requirement that none of the connected workers meets. */
  readonly waitingFor?: string;
  /** While none is connected: the workers that there were lately, the last one last. */
  readonly lostWorkers?: readonly LostWorker[];
  /** By layer, in the order of the graph; at most a hundred, those first that are not done. */
  readonly layers?: readonly LayerProgress[];
  /** Of all workers together, as they said last. */
  readonly memory?: MemoryInUse;
}

/** A worker that left or died. */
export interface LostWorker {
  readonly name: string;
  /** How long ago it joined. */
  readonly joinedMsAgo: number;
  /** How long ago it left, died or fell silent. */
  readonly lostMsAgo: number;
  /** Why, as in `"killed by SIGKILL"`. */
  readonly reason: string;
}

/** How far the tasks of one layer have come. */
export interface LayerProgress {
  /** The layer's name; after its last `-` is what tells it from others. */
  readonly name: string;
  /** Tasks finished. */
  readonly done: number;
  /** Tasks that workers have. */
  readonly running: number;
  /** Tasks in all. */
  readonly total: number;
}

/** Memory of workers. */
export interface MemoryInUse {
  /** Bytes of values in memory. */
  readonly managedBytes: number;
  /** Bytes of values that are on disk only. */
  readonly spilledBytes: number;
  /** The memory that the workers may use; 0 where no limit is known. */
  readonly limitBytes: number;
}

/** The cost of a finished computation. */
export interface ComputeStatistics {
  /** Tasks run, repeats after a loss counted again. */
  readonly tasksRun: number;
  /** Bytes that workers fetched from each other. */
  readonly bytesMoved: number;
  readonly wallMs: number;
  /**
   * Per worker, by name: the most bytes of values it has held since it started, and of its process.
   */
  readonly workers: readonly {
    readonly name: string;
    readonly peakManagedBytes: number;
    readonly peakProcessBytes: number;
    /** Bytes that the worker wrote to disk since it started, to make room. */
    readonly spilledBytes: number;
  }[];
}

/** Options of every computation. */
export interface RunOptions extends JobOptions {
  /** Whether the terminal shows how the job comes along: see {@link progress}. */
  readonly progress?: boolean;
  /** Called at intervals while the job runs. */
  readonly onProgress?: (report: ProgressReport) => void;
  /** Called once, when the job is done. */
  readonly onStatistics?: (statistics: ComputeStatistics) => void;
  /** Gives the job up; the promise rejects with `task.cancelled`. */
  readonly signal?: AbortSignal;
  /** Whether the passes of the library rewrite the graph first; default: true. */
  readonly optimizeGraph?: boolean;
  /**
   * Passes to leave out, and passes of yours: `{ fuseBlockwise: false, mine: (graph) => { … } }`.
   */
  readonly passes?: Passes;
  /**
   * A graph with a block of more bytes (or `"1GiB"`) is refused before it runs; default: no limit.
   */
  readonly blockBytesMax?: number | string;
}

/** Options of {@link Executor.persist}. */
export interface PersistRunOptions extends RunOptions {
  /**
   * Whether the promise waits until the blocks are there; default: true. Without waiting, errors
   * are reported to later computations of the results.
   */
  readonly wait?: boolean;
}

/**
 * Called for each block of each output as it arrives: `output` counts in `graph.outputs`. The
 * block's memory may be used for something else once the call returns.
 */
export type BlockConsumer = (output: number, block: number, value: Block) => void;

/** Keeps persisted blocks on the workers until it is released. */
export interface PersistHandle {
  readonly layers: readonly LayerName[];
  release(): void;
}

/** The threads of an executor within this process. */
export interface OwnThreads {
  readonly threads: number;
  /** The memory that they may take together. */
  readonly memoryLimitBytes: number;
}

/** What computes, as costs are predicted for it: workers, or the one of this process. */
export interface ExecutorSize {
  readonly workers: number;
  /** Of each worker; the mean where they differ. */
  readonly threads: number;
  /** Of each worker; the least where they differ. */
  readonly memoryLimitBytes: number;
  /** Whether all workers have the same. */
  readonly areAlike: boolean;
}

/** Something that computes graphs of layers: this process's threads, or a cluster. */
export interface Executor {
  /** @internal Its threads, where they are in this process; a cluster has none. */
  readonly ownThreads?: OwnThreads;
  /** @internal Its size now; undefined as long as it is not known. */
  sizeNow?(): ExecutorSize | undefined;
  /**
   * Computes all blocks of `graph.outputs`; `graph` is as the user built it, passes are run inside.
   */
  compute(graph: LayerGraph, consume: BlockConsumer, options: RunOptions): Promise<void>;
  /** Computes all blocks of `graph.outputs` and leaves them on the workers. */
  persist(graph: LayerGraph, options: PersistRunOptions): Promise<PersistHandle>;
}

const open: Executor[] = [];
let defaultExecutor: { readonly make: () => Executor; readonly executor: Executor } | undefined;

/** Makes the executor that computes while no cluster is open. It is called once. */
export const DEFAULT_EXECUTOR = new Service<() => Executor>("default executor");

/** Makes `executor` the one that `compute()` uses until it is closed; the last one opened wins. */
export function openExecutor(executor: Executor): void {
  open.push(executor);
}

/** Takes back {@link openExecutor}. */
export function closeExecutor(executor: Executor): void {
  const at = open.lastIndexOf(executor);
  if (at >= 0) open.splice(at, 1);
}

/** The executor that `compute()` uses now; undefined where nothing computes. */
export function presentExecutor(): Executor | undefined {
  return open.length === 0 && provided(DEFAULT_EXECUTOR) === undefined
    ? undefined
    : currentExecutor();
}

/** The executor that `compute()` uses now. */
export function currentExecutor(): Executor {
  const latest = open.at(-1);
  if (latest !== undefined) return latest;
  const make = provided(DEFAULT_EXECUTOR);
  if (make === undefined) throw new InvariantError("no executor was set");
  if (defaultExecutor?.make !== make) defaultExecutor = { make, executor: make() };
  return defaultExecutor.executor;
}
