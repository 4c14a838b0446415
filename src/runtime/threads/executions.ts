// Runs tasks for the worker's core. It finds operands in the store, allocates memory for results,
// and has threads compute them; tiny tasks run here, and blocks that a client holds are fetched.
// Then it reports how each ended.
import type { MessagePort } from "node:worker_threads";
import { assert, defined } from "../../base/assert.js";
import { itemBytes } from "../../base/dtype.js";
import { ClusterError, TaskError } from "../../base/errors.js";
import type { DataFetcher } from "../../comm/interface/transport.js";
import { cutRegion } from "../../graph/dependencies/regions.js";
import { blockIndexOf, blockShape, sizeOf } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import { taskKey } from "../../graph/model/naming.js";
import type { ActorId, LayerId, TaskId } from "../../protocol/values/ids.js";
import { toWireError, type WireError } from "../../protocol/values/wire-error.js";
import type {
  CancelExecutions,
  Execute,
  KeepLayers,
  WithdrawExecutions,
} from "../../worker/state/actions.js";
import type { WorkerEvent } from "../../worker/state/events.js";
import type { WorkerState } from "../../worker/state/worker-state.js";
import { heapBytesMax } from "../host/heap-limit.js";
import type { OperandForm, ThreadOutput } from "../tasks/layer-runner.js";
import type { Printed } from "../tasks/task-console.js";
import { spansOfThread } from "../tasks/thread-spans.js";
import type { Allocation, BufferPool } from "../values/buffer-pool.js";
import { takeIntoPool } from "../values/pool-copies.js";
import type { PinnedValue, StoredValue } from "../values/value-store.js";
import type { WorkerMemory } from "../values/worker-memory.js";
import type { TaskMemory } from "./executor-thread.js";
import {
  mayRunHere,
  runnerOf,
  SMALL_BYTES_MAX,
  SMALL_TASKS_MAX,
  workBytes,
} from "./small-tasks.js";
import { ThreadLayer, type ThreadTask } from "./thread-layer.js";
import { ThreadPool } from "./thread-pool.js";

/** Options of {@link Executions}. */
export interface ExecutionsOptions {
  readonly workerName: string;
  readonly threads: number;
  readonly schedulerAddress?: string;
  /** Modules that threads import before their first task. */
  readonly preload?: readonly string[];
  readonly memory: WorkerMemory;
  readonly fetcher: DataFetcher;
  /** How long those may be silent that values come from. */
  readonly fetchTimeoutMs: number;
  /** Called when tasks ended. */
  readonly report: (
    event: Extract<WorkerEvent, { type: `execution${string}` | "spansNoted" }>,
  ) => void;
  /** Called when a task wrote to the console. */
  readonly printed: (task: TaskId, printed: Printed) => void;
  /** The result of a task may contain a handle of an actor. */
  readonly refers: (task: TaskId, actor: ActorId) => void;
  /** Called when tasks of a thread are to talk to the scheduler, through this port. */
  readonly lineOpened: (
    port: MessagePort,
    taskAt: (sequence: number) => TaskId | undefined,
  ) => void;
  /** Called when a thread ended by itself and was replaced. */
  readonly threadDied: (reason: string) => void;
  /** Called when something here threw: a bug in tilework. */
  readonly crashed: (error: unknown) => void;
}

/** A layer while tasks of it may come or are under way. */
interface LayerUse {
  /** Called at its first task: a layer may come before those that it reads, its tasks never do. */
  readonly prepare: () => ThreadLayer;
  threadLayer: ThreadLayer | undefined;
  executions: number;
  dropped: boolean;
}

interface Execution extends ThreadTask {
  readonly action: Execute;
  readonly use: LayerUse;
  /** From its assignment to a thread until it ends. */
  memory: ExecutionMemory | undefined;
}

interface ExecutionMemory extends TaskMemory {
  /** None yet for a dynamic result. */
  readonly result?: StoredValue;
  readonly pinned: readonly PinnedValue[];
}

/** Executions under way on this worker. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #threads: ThreadPool<Execution>;
  readonly #layers = new Map<LayerId, LayerUse>();

  constructor(options: ExecutionsOptions) {
    this.#options = options;
    this.#threads = new ThreadPool<Execution>(
      options.threads,
      {
        name: options.workerName,
        preload: options.preload,
        heapBytesMax: heapBytesMax(options.memory.limitBytes),
        schedulerAddress: options.schedulerAddress,
        engine: options.memory.engineRoom(options.threads),
      },
      {
        memoryOf: (execution) => this.#memoryOf(execution),
        ended: (executions, durationsMs, outputs, thread) =>
          this.#finish(executions, durationsMs, outputs, thread),
        failed: (execution, error) => this.#fail(execution, error),
        printed: ({ action }, printed) => options.printed(action.task, printed),
        refers: ({ action }, actor) => options.refers(action.task, actor),
        spansEnded: (spans, taskAt, thread) => {
          const ownerOf = (task: number) => taskAt(task)?.action;
          const noted = spansOfThread(spans, thread, ownerOf);
          options.report({ type: "spansNoted", spans: noted });
        },
        suspended: (execution) => this.#changed("executionsSuspended", execution),
        resumed: (execution) => this.#changed("executionsResumed", execution),
        lineOpened: (port, taskAt) =>
          options.lineOpened(port, (sequence) => taskAt(sequence)?.action.task),
        threadDied: options.threadDied,
        crashed: options.crashed,
      },
      options.memory.arenas,
    );
  }

  /** Learns layers from the core's state, and forgets others once their last task has ended. */
  keepLayers(action: KeepLayers, known: WorkerState["layers"]): void {
    const layerOf = (id: LayerId): Layer => defined(known.get(id), `layer ${id}`).layer;
    for (const id of action.added) {
      const { layer, inputs, durationMs } = defined(known.get(id), `layer ${id}`);
      // Calls whose inputs are values read these as they would read results of their own layer.
      const prepare = () =>
        new ThreadLayer(
          layer,
          inputs.map((input) => (input < 0 ? layer : layerOf(input))),
          durationMs,
        );
      this.#layers.set(id, { prepare, threadLayer: undefined, executions: 0, dropped: false });
    }
    for (const id of action.dropped) {
      const use = defined(this.#layers.get(id), `layer ${id}`);
      this.#layers.delete(id);
      use.dropped = true;
      this.#forgetUnused(use);
    }
  }

  /** Runs a task; a thread gets it with the next {@link flush}, or later. */
  execute(action: Execute): void {
    const use = defined(this.#layers.get(action.layer), `layer ${action.layer}`);
    use.executions++;
    use.threadLayer ??= use.prepare();
    const { threadLayer } = use;
    const execution: Execution = {
      action,
      use,
      threadLayer,
      block: action.block,
      memory: undefined,
    };
    const { layer } = threadLayer;
    if (layer.kind === "source" && layer.generator.type === "held") {
      this.#fetchHeld(execution, layer.generator.address).catch(this.#options.crashed);
    } else {
      this.#threads.submit(execution);
    }
  }

  /** Withdraws tasks that are no longer wanted, as far as no thread has them. */
  cancel({ tasks: cancelled }: CancelExecutions): void {
    const unwanted = new Set(cancelled);
    const isUnwanted = ({ action }: Execution) => unwanted.has(action.task);
    const withdrawn = this.#threads.withdraw(isUnwanted);
    this.#threads.giveUp(isUnwanted);
    if (withdrawn.length === 0) return;
    for (const execution of withdrawn) this.#abandon(execution);
    const tasks = withdrawn.map(({ action }) => action.task);
    const attempts = withdrawn.map(({ action }) => action.attempt);
    this.#options.report({ type: "executionsCancelled", tasks, attempts });
  }

  /** Withdraws those of the tasks that no thread has, and reports which. */
  withdraw({ tasks, attempts }: WithdrawExecutions): void {
    const wanted = new Set(tasks);
    const withdrawn = this.#threads.withdraw(({ action }) => wanted.has(action.task));
    for (const execution of withdrawn) this.#abandon(execution);
    const gone = new Set(withdrawn.map(({ action }) => action.task));
    const areWithdrawn = tasks.map((task) => gone.has(task));
    this.#options.report({ type: "executionsWithdrawn", tasks, attempts, areWithdrawn });
  }

  /** Notes the memory of the process; called at regular intervals. */
  noteMemory(processBytes: number): void {
    this.#threads.noteMemory(processBytes);
  }

  /** The threads by their numbers in the process, in order. */
  threadIds(): number[] {
    return this.#threads.threadIds();
  }

  /** The keys of the tasks that run, by `#` and the number of their thread. */
  runningKeys(): ReadonlyMap<string, string> {
    const running = this.#threads.running();
    return new Map(
      running.flatMap((execution, k) => (execution ? [[`#${k}`, keyOf(execution)] as const] : [])),
    );
  }

  /** Ends the user's function that memory can most be put down to. */
  endHungriest(): void {
    this.#threads.endHungriest();
  }

  /** Gives threads the tasks for which they have room, except a few tiny tasks, which run here. */
  flush(): void {
    for (const execution of this.#threads.takeFew(SMALL_TASKS_MAX, (e) => this.#isSmall(e))) {
      this.#runHere(execution);
    }
    this.#threads.flush();
  }

  #isSmall({ threadLayer, block, action }: Execution): boolean {
    if (!mayRunHere(threadLayer)) return false;
    let bytes = workBytes(threadLayer.layer, block);
    for (const operand of action.operands) bytes += this.#options.memory.store.bytesOf(operand);
    return bytes <= SMALL_BYTES_MAX;
  }

  #runHere(execution: Execution): void {
    const startMs = performance.now();
    try {
      const { output, operands, isCut, forms } = this.#memoryOf(execution);
      const places = operands.map(({ buffer, byteOffset }, i) => ({
        buffer,
        byteOffset,
        isCut: isCut?.[i] === true,
      }));
      const read = forms === undefined ? { places } : { places, forms };
      runnerOf(execution.threadLayer).run(
        execution.block,
        read,
        defined(output, "memory of a result"),
      );
    } catch (error) {
      this.#fail(execution, toWireError(error));
      return;
    }
    const durationMs = performance.now() - startMs;
    execution.threadLayer.learn(durationMs);
    this.#finish([execution], [durationMs]);
  }

  /** Has all threads set up a plugin, or take it away; resolves with what it threw. */
  plug(name: string, plugin: Uint8Array | null): Promise<WireError | undefined> {
    return this.#threads.plug(name, plugin);
  }

  /** Makes threads release buffers. */
  forgetBuffers(buffers: readonly number[], collect: boolean): void {
    this.#threads.forgetBuffers(buffers, collect);
  }

  /** Ends the threads at once. */
  close(): Promise<void> {
    return this.#threads.close();
  }

  /**
   * Memory for the result, and where the operands are; the same again for a task that runs again.
   */
  #memoryOf(execution: Execution): ExecutionMemory {
    if (execution.memory !== undefined) return execution.memory;
    const { pool, store } = this.#options.memory;
    const { layer, isDynamic, readsDynamic } = execution.threadLayer;
    const { operands } = execution.action;
    const result = isDynamic ? undefined : allocateResult(pool, layer, execution.block);
    const pinned = operands.map((task) => defined(store.pin(task), `operand ${task}`));
    if (layer.kind === "query") this.#options.memory.leaveEngineRoom();
    const room = isDynamic ? roomFor(pool, layer, pinned) : undefined;
    execution.memory = {
      ...(room === undefined ? {} : { room }),
      operands: pinned.map((value) => value.memory),
      ...(readsDynamic ? { forms: formsOf(execution, pinned) } : cutOperands(operands)),
      ...(result === undefined ? {} : { result, output: result.memory }),
      pinned,
    };
    return execution.memory;
  }

  /**
   * @param outputs results of those that make dynamic ones, in order
   * @param thread who has ended them; this one follows those of the pool
   */
  #finish(
    executions: readonly Execution[],
    durationsMs: readonly number[],
    outputs: readonly ThreadOutput[] = [],
    thread = this.#options.threads,
  ): void {
    let nextOutput = 0;
    const tasks: number[] = [];
    const attempts: number[] = [];
    const bytes: number[] = [];
    for (const execution of executions) {
      const memory = defined(execution.memory, "memory of an execution");
      const result =
        memory.result ??
        this.#adopt(execution, defined(outputs[nextOutput++], "a dynamic result"), memory.room);
      this.#end(execution);
      this.#options.memory.store.put(execution.action.task, result);
      tasks.push(execution.action.task);
      attempts.push(execution.action.attempt);
      bytes.push(result.bytes);
    }
    const columns = { tasks, attempts, bytes, durationsMs };
    this.#options.report({ type: "executionsFinished", ...columns, thread });
  }

  /** A dynamic result, whose memory is the pool's from now on. */
  #adopt(
    { threadLayer: { layer } }: Execution,
    output: ThreadOutput,
    room: Allocation | undefined,
  ): StoredValue {
    const { pool } = this.#options.memory;
    const { dtype } = layer;
    const isInRoom = !(output instanceof Uint8Array) && output.buffer === undefined;
    if (room !== undefined && !isInRoom) pool.free(room);
    if (output instanceof Uint8Array) {
      const bytes = output.byteLength;
      const memory = pool.allocate(bytes);
      new Uint8Array(memory.buffer, memory.byteOffset, bytes).set(output);
      return { memory, dtype, shape: [bytes], bytes, isDynamic: true };
    }
    const { buffer, ...form } = output;
    const bytes = sizeOf(form.shape) * itemBytes(dtype);
    const memory =
      buffer === undefined
        ? pool.settle(defined(room, "the room of a result"), bytes)
        : pool.adopt(buffer, bytes);
    return { memory, dtype, ...form, bytes, isDynamic: true };
  }

  #changed(type: "executionsSuspended" | "executionsResumed", { action }: Execution): void {
    this.#options.report({ type, tasks: [action.task], attempts: [action.attempt] });
  }

  #fail(execution: Execution, error: WireError): void {
    this.#abandon(execution);
    const { task, attempt } = execution.action;
    this.#options.report({
      type: "executionFailed",
      task,
      attempt,
      error: taskError(keyOf(execution), this.#options.workerName, error),
    });
  }

  /** It has no result; memory for one it has when a thread had it, be it one that died. */
  #abandon(execution: Execution): void {
    const { output, room } = execution.memory ?? {};
    this.#end(execution);
    for (const place of [output, room])
      if (place !== undefined) this.#options.memory.pool.free(place);
  }

  #end(execution: Execution): void {
    for (const value of execution.memory?.pinned ?? []) this.#options.memory.store.unpin(value);
    execution.memory = undefined;
    execution.use.executions--;
    this.#forgetUnused(execution.use);
  }

  #forgetUnused(use: LayerUse): void {
    assert(use.executions >= 0, "a layer has fewer executions than none");
    const isUnused = use.dropped && use.executions === 0;
    if (isUnused && use.threadLayer !== undefined) this.#threads.forgetLayer(use.threadLayer);
  }

  /** Fetches a block from the client that holds its array. */
  async #fetchHeld(execution: Execution, address: string): Promise<void> {
    const startMs = performance.now();
    const { fetcher, memory, fetchTimeoutMs } = this.#options;
    const { layer } = execution.threadLayer;
    try {
      const request = { type: "getServed", layer: layer.name, block: execution.block } as const;
      const [item] = await fetcher.fetch(address, request, fetchTimeoutMs);
      if (item === undefined) {
        const message = `the client at ${address} does not hold the array of ${layer.name} any more`;
        throw new ClusterError("connection", message);
      }
      const result = takeIntoPool(memory.pool, item);
      execution.memory = { operands: [], result, pinned: [] };
    } catch (error) {
      this.#fail(execution, toWireError(error));
      return;
    }
    this.#finish([execution], [performance.now() - startMs]);
  }
}

/** How much larger than the files of a statement its rows are, at most: they are not compressed. */
const UNPACKED_TIMES = 3;

/**
 * Room for a block whose size is not known, as large as all that it is made of: most are no larger.
 * Values of any kind have none, but for the rows of a statement, whose partitions are files.
 */
function roomFor(
  pool: BufferPool,
  layer: Layer,
  operands: readonly PinnedValue[],
): Allocation | undefined {
  if (layer.kind === "query" && layer.alone !== undefined) {
    const areRows = layer.gives === undefined && layer.target === undefined;
    return areRows ? pool.allocateRoom(layer.alone.bytes, UNPACKED_TIMES) : undefined;
  }
  if (layer.holds === "values") return undefined;
  const bytes = operands.reduce((sum, operand) => sum + operand.bytes, 0);
  return pool.allocateRoom(bytes);
}

/** Memory for a block whose size is known. */
function allocateResult(pool: BufferPool, layer: Layer, block: number): StoredValue {
  const shape = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  const bytes = sizeOf(shape) * itemBytes(layer.dtype);
  return { memory: pool.allocate(bytes), dtype: layer.dtype, shape, bytes };
}

/** The elements of unknown-size values that the task reads: pieces are cut already. */
function formsOf(
  { threadLayer, block, action }: Execution,
  values: readonly StoredValue[],
): OperandForm[] {
  const cuts = threadLayer.cutsOf(block);
  return values.map((value, k) => {
    const cut = (action.operands[k] as number) < 0 ? undefined : cuts?.[k];
    if (cut === undefined) return { start: 0, shape: value.shape };
    const { start, shape } = defined(cutRegion(cut, value), "the part of an operand");
    return { start: start[0] as number, shape };
  });
}

/** The operands that are pieces; omitted if there are none. */
function cutOperands(operands: Execute["operands"]): Pick<TaskMemory, "isCut"> {
  const isPiece = (task: number) => task < 0;
  return operands.some(isPiece) ? { isCut: operands.map(isPiece) } : {};
}

function keyOf({ threadLayer: { layer }, block }: Execution): string {
  return taskKey(layer.name, blockIndexOf(layer.chunks, block));
}

/** The reported error of a failed task: with its key, this worker, and the stack here. */
function taskError(key: string, worker: string, error: WireError): WireError {
  if (error.code === "task.memory") {
    const message = `${key} failed on worker ${worker}: ${error.message}`;
    return { ...error, name: "TaskError", message, data: { key, worker } };
  }
  const { code, name, message, data } = new TaskError(
    "failed",
    `${key} failed on worker ${worker}: ${error.message}`,
    { key, worker, ...(error.stack === undefined ? {} : { remoteStack: error.stack }) },
  );
  return { code, name, message, data, cause: error };
}
