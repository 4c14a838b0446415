// The simplest executor: one task after another on the calling thread, without scheduler or
// messages. It is the reference for the others, and it blocks while it runs.
import { defined } from "../../base/assert.js";
import { type Block, emptyBlock } from "../../base/block.js";
import { GraphError, isTileworkError, TaskError } from "../../base/errors.js";
import { currentHost, installHost } from "../../base/host.js";
import { reasonOf } from "../../base/reason.js";
import { NATIVE_CODECS } from "../../formats/zarr/native-codecs.js";
import { type Cut, type CutMap, cutRegion, operandCuts } from "../../graph/dependencies/regions.js";
import { checkBlocks } from "../../graph/model/block-limit.js";
import { blockIndexOf, blockShape, hasUnknownLengths } from "../../graph/model/chunks.js";
import type { Layer, LayerName } from "../../graph/model/layer.js";
import { type LayerGraph, layersOf, outputsOf } from "../../graph/model/layer-graph.js";
import { taskKey } from "../../graph/model/naming.js";
import { optimize } from "../../graph/passes/optimize.js";
import { checkComputeOptions, splitPersistOptions } from "../../graph/ports/compute-options.js";
import type {
  BlockConsumer,
  Executor,
  PersistHandle,
  PersistRunOptions,
  RunOptions,
} from "../../graph/ports/executor.js";
import { readJobOptions } from "../../graph/ports/job-options.js";
import { monitorOf } from "../../graph/ports/running-jobs.js";
import { expandLayers, type TaskTable } from "../../graph/tasks/expand.js";
import { orderTasks } from "../../graph/tasks/order.js";
import type { DynamicKernel, DynamicResult } from "../../kernels/blocks/kernel.js";
import { SYSTEM_BLAS } from "../../kernels/linalg/products/linalg-backend.js";
import { subBlock } from "../../kernels/programs/copy-block.js";
import { warnOnce } from "../host/node-log.js";
import { findSystemBlas } from "../host/system-blas.js";
import { findSystemCodecs } from "../host/system-codecs.js";
import { dynamicLayerKernel, layerKernel } from "../tasks/layer-kernel.js";

/** Settings of a {@link SerialExecutor}. */
export interface SerialExecutorOptions {
  /**
   * The value of each byte of a result before its kernel fills it; default: 0. Memory of workers
   * may hold anything.
   */
  readonly memoryByte?: number;
}

/**
 * Computes graphs in the calling thread, in execution order, and frees values after their last use.
 * Nothing else happens in that thread until a job is done, unless one of its functions waits.
 *
 * @throws TaskError `task.failed` when a function threw, `task.cancelled` when `signal` fired
 * @see https://docs.dask.org/en/stable/scheduling.html#single-thread
 * @example
 * const executor = new SerialExecutor();
 * await arange(10, { chunks: 5 }).sum().compute({ executor }); // → 45n
 */
export class SerialExecutor implements Executor {
  readonly #memoryByte: number;
  /** Persisted blocks by layer, and how many handles hold them. */
  readonly #kept = new Map<LayerName, { readonly blocks: readonly Block[]; holders: number }>();

  constructor({ memoryByte = 0 }: SerialExecutorOptions = {}) {
    this.#memoryByte = memoryByte;
    let host = currentHost();
    if (host.find(SYSTEM_BLAS) === undefined) {
      host = host.with(SYSTEM_BLAS, { load: () => findSystemBlas(warnOnce)?.blas });
    }
    if (host.find(NATIVE_CODECS) === undefined) host = host.with(NATIVE_CODECS, findSystemCodecs);
    if (host !== currentHost()) installHost(host);
  }

  /**
   * Computes all blocks of a graph's outputs: what `compute({ executor })` of a collection calls.
   *
   * @param graph the layers and outputs, as a collection has them
   * @param consume gets each block of the outputs
   * @param options of the run; see {@link RunOptions}
   * @example
   * const executor = new SerialExecutor();
   * await arange(4).sum().compute({ executor }); // → 6n
   */
  async compute(
    graph: LayerGraph,
    consume: BlockConsumer,
    options: RunOptions = {},
  ): Promise<void> {
    await this.#run(optimized(graph, options), consume, options);
  }

  /**
   * Computes a graph's outputs and keeps their blocks: what `persist({ executor })` of a collection
   * calls.
   *
   * @param graph the layers and outputs, as a collection has them
   * @param persistOptions of the run; there is always waiting, since nothing else can compute
   * meanwhile
   * @example
   * const executor = new SerialExecutor();
   * const x = await arange(4).persist({ executor });
   * await x.sum().compute({ executor }); // → 6n
   */
  async persist(graph: LayerGraph, persistOptions: PersistRunOptions = {}): Promise<PersistHandle> {
    const { options } = splitPersistOptions(persistOptions);
    const prepared = optimized(graph, options);
    const blocks = outputsOf(prepared).map(() => [] as Block[]);
    await this.#run(
      prepared,
      (output, block, value) => ((blocks[output] as Block[])[block] = value),
      options,
    );
    const layers = [...new Set(outputsOf(prepared))];
    outputsOf(prepared).forEach((name, output) => {
      if (!this.#kept.has(name)) {
        this.#kept.set(name, { blocks: blocks[output] as Block[], holders: 0 });
      }
    });
    for (const name of layers) this.#hold(name, 1);
    let released = false;
    return {
      layers: outputsOf(prepared),
      release: () => {
        if (!released) for (const name of layers) this.#hold(name, -1);
        released = true;
      },
    };
  }

  #hold(name: LayerName, by: 1 | -1): void {
    const kept = this.#kept.get(name);
    if (kept !== undefined && (kept.holders += by) === 0) this.#kept.delete(name);
  }

  async #run(graph: LayerGraph, consume: BlockConsumer, options: RunOptions): Promise<void> {
    // One thread runs everything, in order: there are no resources, but mistakes are the same.
    checkComputeOptions(options);
    readJobOptions(options);
    const startMs = performance.now();
    const table = expandLayers(layersOf(graph), outputsOf(graph));
    const persisted = (name: LayerName, block: number) => this.#kept.get(name)?.blocks[block];
    const run = new SerialRun(table, persisted, this.#memoryByte);
    await run.finish(options);
    table.outputs.forEach((tasks, output) => {
      tasks.forEach((task, block) => {
        consume(output, block, run.value(task));
      });
    });
    options.onStatistics?.({
      tasksRun: run.tasksRun,
      bytesMoved: 0,
      wallMs: performance.now() - startMs,
      workers: [
        {
          name: "serial",
          peakManagedBytes: run.peakBytes,
          peakProcessBytes: process.resourceUsage().maxRSS * 1024,
          spilledBytes: 0,
        },
      ],
    });
  }
}

function optimized(graph: LayerGraph, options: RunOptions): LayerGraph {
  const optimized = optimize(graph, {
    passes: options.passes,
    builtIn: options.optimizeGraph !== false,
  });
  checkBlocks(optimized, options.blockBytesMax);
  return optimized;
}

/** Computes a block in memory of its own, whose size is known before or not. */
interface LayerKernel {
  readonly run: (...args: Parameters<DynamicKernel>) => DynamicResult | Promise<DynamicResult>;
  readonly cuts: CutMap | undefined;
}

function kernelOf(layer: Layer, inputs: readonly Layer[]): LayerKernel {
  const cuts = operandCuts(layer, inputs);
  if (hasUnknownLengths(layer.chunks)) return { run: dynamicLayerKernel(layer, inputs), cuts };
  const kernel = layerKernel(layer, inputs);
  const run: LayerKernel["run"] = (block, operands, allocate) => {
    const output = allocate(blockShape(layer.chunks, blockIndexOf(layer.chunks, block)));
    const waiting = kernel(block, operands, output);
    return waiting === undefined ? { block: output } : waiting.then(() => ({ block: output }));
  };
  return { run, cuts };
}

/** One table of tasks on its way from nothing to its outputs. */
class SerialRun {
  readonly #table: TaskTable;
  readonly #persisted: (name: LayerName, block: number) => Block | undefined;
  readonly #memoryByte: number;
  readonly #values = new Map<number, Block>();
  readonly #usersLeft: Int32Array;
  readonly #kernels = new Map<Layer, LayerKernel>();
  readonly #partStarts = new WeakMap<Block, readonly number[]>();
  #heldBytes = 0;
  tasksRun = 0;
  /** The most bytes of values held at once. */
  peakBytes = 0;

  constructor(
    table: TaskTable,
    persisted: (name: LayerName, block: number) => Block | undefined,
    memoryByte: number,
  ) {
    this.#table = table;
    this.#persisted = persisted;
    this.#memoryByte = memoryByte;
    this.#usersLeft = new Int32Array(table.layerOf.length);
    for (const operand of table.operands) this.#changeUsers(operand, 1);
    for (const tasks of table.outputs) for (const task of tasks) this.#changeUsers(task, 1);
  }

  /** Runs all tasks in order. */
  async finish(options: RunOptions): Promise<void> {
    const { signal, onProgress } = options;
    const monitor = monitorOf(options);
    const layers = this.#layers();
    const place = orderTasks(this.#table);
    const sequence = new Int32Array(place.length);
    place.forEach((at, task) => {
      sequence[at] = task;
    });
    for (const task of sequence) {
      if (signal?.aborted) throw this.#cancelled(task);
      const waiting = this.#runTask(task);
      if (waiting !== undefined) await waiting;
      if (onProgress === undefined && monitor === undefined) continue;
      (layers[this.#table.layerOf[task] as number] as { done: number }).done++;
      const progress = { done: this.tasksRun, total: sequence.length, layers };
      const report = { ...progress, waitingForWorkersMs: 0 };
      monitor?.reported(report);
      onProgress?.(report);
    }
  }

  /** The report on each layer before any of its tasks has run. */
  #layers(): { readonly name: string; done: number; readonly running: number; total: number }[] {
    const { layers, layerOf } = this.#table;
    const found = layers.map(({ name }) => ({ name, done: 0, running: 0, total: 0 }));
    for (const layer of layerOf) (found[layer] as { total: number }).total++;
    return found;
  }

  /** The value of a task that has run and is still wanted. */
  value(task: number): Block {
    return this.#values.get(task) as Block;
  }

  /** Returns a promise where the task has to wait for something. */
  #runTask(task: number): void | Promise<void> {
    const { layerOf, blockOf, operandStart, operands } = this.#table;
    const layer = this.#table.layers[layerOf[task] as number] as Layer;
    const row = operands.subarray(operandStart[task], operandStart[task + 1]);
    const values = Array.from(row, (operand) => this.value(operand));
    const value = this.#valueOf(layer, blockOf[task] as number, values);
    const end = (result: Block) => this.#endTask(task, layer, row, result);
    if (value instanceof Promise) return value.then(end);
    end(value);
  }

  #endTask(task: number, layer: Layer, operands: Int32Array, value: Block): void {
    this.#values.set(task, value);
    this.#heldBytes += value.data.byteLength;
    this.peakBytes = Math.max(this.peakBytes, this.#heldBytes);
    if (layer.kind !== "persisted") this.tasksRun++;
    for (const operand of operands) this.#changeUsers(operand, -1);
  }

  #valueOf(layer: Layer, block: number, operands: readonly Block[]): Block | Promise<Block> {
    if (layer.kind === "persisted") {
      const kept = this.#persisted(layer.name, block);
      if (kept !== undefined) return kept;
      throw new GraphError(
        "lostData",
        `the blocks of ${layer.name} were released, or never existed here`,
      );
    }
    const index = blockIndexOf(layer.chunks, block);
    const fail = (error: unknown): never => {
      if (isTileworkError(error)) throw error;
      const key = taskKey(layer.name, index);
      const message = reasonOf(error);
      throw new TaskError("failed", `${key} failed: ${message}`, { key }, error);
    };
    try {
      const result = this.#compute(layer, block, operands);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  }

  #compute(layer: Layer, block: number, operands: readonly Block[]): Block | Promise<Block> {
    const { run, cuts } = this.#kernelOf(layer);
    const read = cuts?.(block);
    const parts = operands.map((operand, k) => this.#partOf(operand, read?.[k]));
    const allocate = (shape: readonly number[]) => {
      const made = emptyBlock(layer.dtype, shape);
      const { buffer, byteOffset, byteLength } = made.data;
      if (this.#memoryByte !== 0) {
        new Uint8Array(buffer, byteOffset, byteLength).fill(this.#memoryByte);
      }
      return made;
    };
    const result = run(block, parts, allocate);
    const end = ({ block: made, partStarts }: DynamicResult) => {
      if (partStarts !== undefined) this.#partStarts.set(made, partStarts);
      return made;
    };
    return result instanceof Promise ? result.then(end) : end(result);
  }

  /** The part of an operand that a block reads. */
  #partOf(operand: Block, cut: Cut | undefined): Block {
    if (cut === undefined || "start" in cut) return operand;
    const partStarts = this.#partStarts.get(operand) ?? [0];
    const { start, shape } = defined(
      cutRegion(cut, { shape: operand.shape, partStarts }),
      "the part of an operand",
    );
    return subBlock(operand, start, shape);
  }

  #kernelOf(layer: Layer): LayerKernel {
    let kernel = this.#kernels.get(layer);
    if (kernel === undefined) {
      const inputs = layer.inputs.map(
        (name) => this.#table.layers.find((other) => other.name === name) as Layer,
      );
      kernel = kernelOf(layer, inputs);
      this.#kernels.set(layer, kernel);
    }
    return kernel;
  }

  #changeUsers(task: number, by: 1 | -1): void {
    const left = (this.#usersLeft[task] as number) + by;
    this.#usersLeft[task] = left;
    if (left > 0) return;
    this.#heldBytes -= this.value(task).data.byteLength;
    this.#values.delete(task);
  }

  #cancelled(task: number): TaskError {
    const { layers, layerOf, blockOf } = this.#table;
    const layer = layers[layerOf[task] as number] as Layer;
    const key = taskKey(layer.name, blockIndexOf(layer.chunks, blockOf[task] as number));
    return new TaskError("cancelled", `the computation was cancelled before ${key} ran`, { key });
  }
}
