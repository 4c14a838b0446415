// Follows one submitted graph: which output blocks are missing, which go to the caller, and when it
// has ended. gather.ts fetches the blocks.
import { type Block, contiguousBlock } from "../../base/block.js";
import { itemBytes, typedView } from "../../base/dtype.js";
import type { DataFetcher, DataItem } from "../../comm/interface/transport.js";
import { blockCount, blockIndexOf, blockShape, sizeOf } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import type { ProgressReport, RunOptions } from "../../graph/ports/executor.js";
import { monitorOf } from "../../graph/ports/running-jobs.js";
import type {
  GraphFinished,
  GraphProgressed,
  OutputsReady,
  Waiting,
} from "../../protocol/messages/messages.js";
import type { WorkerId } from "../../protocol/values/ids.js";
import { Gather, type GatherLimits, type WantedBlock } from "../fetch/gather.js";
import { unpackThrown } from "../fetch/remote-errors.js";
import type { ClientSpans } from "../session/client-spans.js";
import { deferred } from "../session/deferred.js";
import type { GraphListener, GraphMessage, WorkerPlace } from "../session/session-listeners.js";

/** Options of a run. */
export interface GraphTrackerOptions {
  /**
   * The layers whose blocks are fetched, as submitted; none when the results stay on the workers.
   */
  readonly outputs: readonly Layer[];
  readonly consume: (output: number, block: number, value: Block) => void;
  readonly options: RunOptions;
  readonly fetcher: DataFetcher;
  readonly places: ReadonlyMap<WorkerId, WorkerPlace>;
  /** Called when the graph waits for a first worker and the caller does not listen to progress. */
  readonly onWaitingForWorkers: (waiting: Waiting) => void;
  readonly limits?: GatherLimits;
  /** Takes how long outputs were gathered. */
  readonly spans?: ClientSpans;
}

/** Follows one graph; {@link GraphTracker.finished} settles when it is over. */
export class GraphTracker implements GraphListener {
  readonly #setup: GraphTrackerOptions;
  readonly #gather: Gather;
  readonly #startedMs = performance.now();
  readonly #done = deferred<void>();
  /** Per output, per block: 1 when it was consumed. */
  readonly #consumed: readonly Uint8Array[];
  #blocksLeft: number;
  #finish: GraphFinished | undefined;
  /** The tasks of the job, once a report of its progress has come. */
  #total = 1;
  /** Whether the caller has all results and the scheduler has yet to report the end. */
  #isAhead = false;
  /** What is to be done then. */
  #release = () => {};
  /** When the first output was ready. */
  #readyMs: number | undefined;
  #isOver = false;

  constructor(setup: GraphTrackerOptions) {
    this.#setup = setup;
    this.#consumed = setup.outputs.map((layer) => new Uint8Array(blockCount(layer.chunks)));
    this.#blocksLeft = this.#consumed.reduce((sum, blocks) => sum + blocks.length, 0);
    this.#gather = new Gather(
      setup.fetcher,
      setup.places,
      (wanted, item) => this.#deliver(wanted, item),
      (error) => this.failed(error),
      setup.limits,
    );
  }

  get takesAhead(): boolean {
    const { options } = this.#setup;
    const { onProgress, onStatistics } = options;
    const isFollowed = monitorOf(options)?.isFollowed === true;
    return onProgress === undefined && onStatistics === undefined && !isFollowed;
  }

  /** Resolves when all blocks were consumed; rejects with the first failure. */
  get finished(): Promise<void> {
    return this.#done.promise;
  }

  /** Whether the scheduler has released the graph. */
  get isReleased(): boolean {
    return this.#finish?.isReleased === true;
  }

  received(message: GraphMessage, isAhead = false): void {
    switch (message.type) {
      case "outputsReady":
        this.#take(message);
        if (isAhead) this.#settleAhead();
        break;
      case "graphProgressed":
        this.#progressed(message);
        break;
      case "graphFinished":
        this.#finish = message;
        this.#settle();
        this.#reported();
        break;
      case "graphErred":
        this.failed(unpackThrown(message.error));
        break;
    }
  }

  /** Calls `release` at once, or when the scheduler has reported the end that came ahead. */
  whenReported(release: () => void): void {
    if (this.#isAhead) this.#release = release;
    else release();
  }

  #reported(): void {
    if (!this.#isAhead) return;
    this.#isAhead = false;
    this.#release();
  }

  workerLost(worker: WorkerId): void {
    const place = this.#setup.places.get(worker);
    if (place !== undefined) this.#setup.fetcher.forget(place.address);
    this.#gather.workerLost(worker);
  }

  failed(error: unknown): void {
    // The caller has what it waited for.
    if (this.#isAhead) {
      this.#reported();
      return;
    }
    this.#isOver = true;
    this.#gather.stop();
    monitorOf(this.#setup.options)?.ended(error);
    this.#done.reject(error);
  }

  /** Takes the inlined blocks, and fetches the others. */
  #take(message: OutputsReady): void {
    const { outputs, blocks, tasks, workers, values, shapes } = message;
    this.#readyMs ??= performance.now();
    let start = 0;
    for (let row = 0; row < tasks.length; row++) {
      const output = outputs[row] as number;
      const block = blocks[row] as number;
      const layer = this.#setup.outputs[output];
      if (layer === undefined) continue;
      const wanted = {
        output,
        block,
        task: tasks[row] as number,
        bytes: outputBytes(layer, block),
      };
      const shape = shapes?.[row] ?? blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
      const bytes = sizeOf(shape) * itemBytes(layer.dtype);
      const value = Number.isNaN(bytes) ? undefined : values?.subarray(start, start + bytes);
      start += bytes;
      if (value?.byteLength === bytes) {
        this.#deliver(wanted, { dtype: layer.dtype, shape, bytes: value });
      } else if (this.#consumed[output]?.[block] === 0) {
        this.#gather.want(workers[row] as WorkerId, wanted);
      }
    }
    this.#gather.pump();
  }

  /** A block may come twice, when it was recomputed while the first copy was on its way. */
  #deliver({ output, block }: WantedBlock, item: DataItem): void {
    const consumed = this.#consumed[output];
    if (consumed?.[block] !== 0) return;
    consumed[block] = 1;
    this.#blocksLeft--;
    try {
      this.#setup.consume(output, block, blockOf(item));
    } catch (error) {
      this.failed(error);
    }
    this.#settle();
  }

  #progressed(message: GraphProgressed): void {
    if (this.#isAhead) return;
    const { type: _type, graph: _graph, ...report } = message;
    this.#total = report.total;
    const { options, onWaitingForWorkers } = this.#setup;
    this.#report(report);
    if (options.onProgress !== undefined || message.waitingForWorkersMs === 0) return;
    onWaitingForWorkers(message);
  }

  #report(report: ProgressReport): void {
    monitorOf(this.#setup.options)?.reported(report);
    this.#call(() => this.#setup.options.onProgress?.(report));
  }

  #settle(): void {
    if (this.#isOver || this.#finish === undefined || this.#blocksLeft > 0) return;
    const { taskCount, tasksRun, bytesMoved, workers = [] } = this.#finish;
    this.#end(taskCount, () => {
      const wallMs = performance.now() - this.#startedMs;
      this.#setup.options.onStatistics?.({ tasksRun, bytesMoved, wallMs, workers });
    });
  }

  /** The result came from its worker: the caller gets it. */
  #settleAhead(): void {
    if (this.#isOver || this.#blocksLeft > 0) return;
    this.#isAhead = true;
    this.#end(this.#total);
  }

  #end(total: number, report = () => {}): void {
    this.#isOver = true;
    this.#report({ done: total, total, waitingForWorkersMs: 0 });
    if (this.#readyMs !== undefined) this.#setup.spans?.notePart("gather", this.#readyMs);
    this.#call(report);
    monitorOf(this.#setup.options)?.ended();
    this.#done.resolve();
  }

  /** Calls a listener; an error that it throws fails the run. */
  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.failed(error);
    }
  }
}

/** A block over the bytes that arrived; copied only where their address does not suit the dtype. */
function blockOf({ dtype, shape, bytes }: DataItem): Block {
  const size = sizeOf(shape);
  const aligned = bytes.byteOffset % itemBytes(dtype) === 0 ? bytes : bytes.slice();
  return contiguousBlock(dtype, typedView(dtype, aligned.buffer, aligned.byteOffset, size), shape);
}
