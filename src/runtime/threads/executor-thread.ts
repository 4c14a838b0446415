// The main thread's side of one executor thread: the layers and buffers that it knows, its tasks,
// and its end. thread-pool.ts chooses the thread of a task; the thread itself runs thread-main.ts.

import { type MessagePort, Worker } from "node:worker_threads";
import { defined } from "../../base/assert.js";
import type { EngineRoom } from "../../engine/engine-room.js";
import type { SharedTileMemory } from "../../kernels/tiles/tile-memory.js";
import type { ActorId } from "../../protocol/values/ids.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { placeOfMapped } from "../../system/address-space.js";
import { warnOnce } from "../host/node-log.js";
import type { OperandForm, ThreadOutput } from "../tasks/layer-runner.js";
import type { Printed } from "../tasks/task-console.js";
import type { Allocation } from "../values/buffer-pool.js";
import { GivenTasks, type Remains, type Watched } from "./given-tasks.js";
import { areQueriesRunning, keepFromExit, leaveThread } from "./leave-thread.js";
import { PlugRequests } from "./plug-requests.js";
import { deathOf, type ThreadDeath } from "./thread-death.js";
import type { ThreadLayer, ThreadTask } from "./thread-layer.js";
import {
  type FromThread,
  outputsOf,
  roomOf,
  type TaskPrinted,
  type TasksEnded,
  TaskWriter,
  type ThreadBuffer,
  type ThreadLayerMessage,
  type ThreadStart,
} from "./thread-messages.js";

/** The places of a task's operands and its result. */
export interface TaskMemory {
  /** None for a dynamic result. */
  readonly output?: Allocation;
  /** The place of a dynamic result if it fits; otherwise the thread allocates its memory. */
  readonly room?: Allocation | undefined;
  readonly operands: readonly Allocation[];
  /** Per operand: whether only the part that the task reads is there; omitted if none is cut. */
  readonly isCut?: readonly boolean[];
  /** Per operand: its elements of the value; omitted if the layers determine them. */
  readonly forms?: readonly OperandForm[];
}

/** Events of tasks on threads. */
export interface ThreadEvents<T> {
  /**
   * Columns, in the order in which they were given; then results of those that make dynamic ones.
   */
  ended(
    tasks: readonly T[],
    durationsMs: readonly number[],
    outputs: readonly ThreadOutput[],
  ): void;
  failed(task: T, error: WireError): void;
  /** The task, which runs or ended just now, wrote to the console. */
  printed(task: T, printed: Printed): void;
  /** The result of the task may contain a handle of the actor. */
  refers(task: T, actor: ActorId): void;
  /** The task waits for results of others, and occupies no thread meanwhile. */
  suspended(task: T): void;
  /** Tasks have noted spans. */
  spansEnded(spans: TakenSpans, taskAt: (sequence: number) => T | undefined): void;
  /** It continues, or runs again. */
  resumed(task: T): void;
  /**
   * Tasks of the thread talk to the scheduler through this port.
   *
   * @param taskAt the task that has that number on the thread
   */
  lineOpened(port: MessagePort, taskAt: (sequence: number) => T | undefined): void;
  /** One of the above threw: a bug in tilework. */
  crashed(error: unknown): void;
}

/** Events of a thread for its pool. */
export interface ThreadListener<T> extends ThreadEvents<T> {
  /** The thread is gone without having been asked to go. */
  died(thread: ExecutorThread<T & ThreadTask>, death: ThreadDeath): void;
}

/** The tasks of a dead thread. */
export interface ThreadRemains<T> extends Remains<T> {
  /** Whether the thread had loaded its script. */
  readonly wasReady: boolean;
}

/** Options that all threads of a pool share. */
export interface ThreadSetup {
  /** The name of the threads in debuggers and stacks: the worker's name. */
  readonly name: string;
  /** Modules that threads import before their first task. */
  readonly preload?: readonly string[] | undefined;
  /** The heap limit of each thread; default: that of any thread in Node. */
  readonly heapBytesMax?: number | undefined;
  /** Where tasks find their scheduler. */
  readonly schedulerAddress?: string | undefined;
  /** The memory that the engine of tables may use on each thread. */
  readonly engine?: EngineRoom | undefined;
  /** The piece of a kernel memory that belongs to this thread; undefined for any other buffer. */
  readonly pieceIn?: ((buffer: ArrayBufferLike) => SharedTileMemory | undefined) | undefined;
}

/** One executor thread. */
export class ExecutorThread<T extends ThreadTask> {
  readonly #worker: Worker;
  readonly #listener: ThreadListener<T>;
  readonly #given = new GivenTasks<T>();
  readonly #writer = new TaskWriter();
  readonly #knownLayers = new Set<number>();
  readonly #knownBuffers = new Set<number>();
  readonly #pieceIn: ThreadSetup["pieceIn"];
  #newLayers: ThreadLayerMessage[] = [];
  #newBuffers: ThreadBuffer[] = [];
  #forgottenLayers: number[] = [];
  /** The position of the first task that waits for {@link flush}. */
  #firstWritten = 0;
  /** The last task that was reported. */
  #lastReported: T | undefined;
  #ready = false;
  #stopped = false;
  /** Whether it has run queries of tables. */
  #hasEngine = false;
  readonly #plugs = new PlugRequests();
  /** The task because of which the thread is being ended, and why. */
  #condemned: (ThreadDeath & { readonly task: T }) | undefined;
  constructor(
    entry: URL,
    { name, preload = [], schedulerAddress = "", heapBytesMax, pieceIn, engine }: ThreadSetup,
    listener: ThreadListener<T>,
  ) {
    this.#listener = listener;
    this.#pieceIn = pieceIn;
    this.#worker = new Worker(entry, {
      name,
      execArgv: [],
      ...(heapBytesMax === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: heapBytesMax / 2 ** 20 } }),
      workerData: {
        progress: this.#given.progress,
        preload,
        worker: name,
        schedulerAddress,
        engine,
      } satisfies ThreadStart,
    });
    let failure: unknown;
    this.#worker.on("message", (message: FromThread) => this.#guard(() => this.#receive(message)));
    this.#worker.on("error", (error) => (failure = error));
    this.#worker.on("exit", (code) => {
      this.#plugs.close();
      if (this.#stopped) return;
      const death = this.#condemned ?? deathOf(failure, code, heapBytesMax);
      this.#guard(() => listener.died(this, death));
    });
    this.#worker.unref();
  }

  /** Its number among all threads of the process. */
  get threadId(): number {
    return this.#worker.threadId;
  }

  /** Its tasks that have not ended and do not wait for results of others. */
  get outstandingCount(): number {
    return this.#given.count;
  }

  /** The expected time of these, by the durations of their layers. */
  get outstandingMs(): number {
    return this.#given.expectedMs;
  }

  /** Tasks it was given that have not ended. */
  outstanding(): T[] {
    return this.#given.all();
  }

  /** Adds a task to the batch that {@link flush} sends. */
  give(task: T, expectedMs: number, memory: TaskMemory): void {
    const { output, room, operands, isCut, forms } = memory;
    if (this.#given.isEmpty) this.#worker.ref();
    this.#teachLayer(task.threadLayer);
    const place = output ?? room;
    if (place !== undefined) this.#teachBuffer(place);
    for (const operand of operands) this.#teachBuffer(operand);
    this.#writer.write(
      task.threadLayer.id,
      task.block,
      output ?? roomOf(room),
      operands,
      isCut,
      forms,
    );
    this.#given.push(task, expectedMs);
  }

  /** The tasks that it was given and has not begun. */
  unbegun(): T[] {
    return this.#given.unbegun();
  }

  /** Takes these back, in order. */
  takeBack(): T[] {
    this.flush();
    const taken = this.#given.takeBack();
    this.#restWhenIdle();
    return taken;
  }

  /** Sends the queued tasks. */
  flush(): void {
    if (this.#writer.isEmpty) return;
    this.#worker.postMessage({
      type: "run",
      forgottenLayers: this.#forgottenLayers,
      layers: this.#newLayers,
      buffers: this.#newBuffers,
      first: this.#firstWritten,
      tasks: this.#writer.take(),
    });
    this.#firstWritten = this.#given.next;
    if (this.#forgottenLayers.length > 0) this.#forgottenLayers = [];
    if (this.#newLayers.length > 0) this.#newLayers = [];
    if (this.#newBuffers.length > 0) this.#newBuffers = [];
  }

  /**
   * Makes the thread release a layer, when it wakes for something else or at the next
   * {@link settle}.
   */
  forgetLayer(layer: number): void {
    if (this.#knownLayers.delete(layer)) this.#forgottenLayers.push(layer);
  }

  /** Makes the thread release buffers that it knows. */
  forgetBuffers(buffers: readonly number[], collect: boolean): void {
    const known = buffers.filter((id) => this.#knownBuffers.delete(id));
    if (known.length > 0 || collect) this.#forget(known, collect);
  }

  /** Has the thread set up a plugin, or take it away; resolves with what it threw. */
  plug(name: string, plugin: Uint8Array | null): Promise<WireError | undefined> {
    return this.#plugs.ask(name, plugin, (message) => this.#worker.postMessage(message));
  }

  /** Makes the thread release layers for which it was not worth waking. */
  settle(): void {
    if (this.#forgottenLayers.length > 0) this.#forget([], false);
  }

  #forget(buffers: readonly number[], collect: boolean): void {
    this.flush();
    this.#worker.postMessage({ type: "forget", layers: this.#forgottenLayers, buffers, collect });
    this.#forgottenLayers = [];
  }

  /** Sorts the tasks of a thread that died. */
  estate(): ThreadRemains<T> {
    return { ...this.#given.remains(this.#condemned?.task), wasReady: this.#ready };
  }

  /**
   * The tasks that have begun and not ended, and for how long they were seen running or waiting.
   */
  underWay(nowMs: number): Watched<T>[] {
    return this.#given.underWay(nowMs);
  }

  /** Rejects the promises that a suspended task waits for. */
  giveUp(task: T, reason: string): void {
    for (const sequence of this.#given.suspendedAt(task)) {
      this.#worker.postMessage({ type: "giveUp", sequence, reason });
    }
  }

  /** Ends the thread because of a task that it runs: it dies as if by itself. */
  condemn(task: T, reason: string, cause?: "memory"): void {
    if (this.#condemned !== undefined) return;
    this.#condemned = { task, reason, isMemory: cause === "memory" };
    void this.#end(false);
  }

  /** Ends the thread at once, or as soon as the engine of tables lets it. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#end(this.#hasEngine && this.outstandingCount > 0);
  }

  async #end(mayQuery: boolean): Promise<void> {
    if (mayQuery || areQueriesRunning(this.#given.progress)) {
      await leaveThread(this.#worker, this.#given.progress);
    }
    await this.#worker.terminate();
  }

  #guard(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#listener.crashed(error);
    }
  }

  #teachLayer({ id, layer, inputs }: ThreadLayer): void {
    if (this.#knownLayers.has(id)) return;
    this.#knownLayers.add(id);
    this.#newLayers.push({ id, layer, inputs });
    if (layer.kind !== "query" || this.#hasEngine) return;
    this.#hasEngine = true;
    keepFromExit(this.#worker, this.#given.progress);
  }

  #teachBuffer({ bufferId, buffer }: Allocation): void {
    if (this.#knownBuffers.has(bufferId)) return;
    this.#knownBuffers.add(bufferId);
    // Mapped memory has no buffer that threads could share, but the same address in all of them.
    const place = placeOfMapped(buffer) ?? this.#pieceIn?.(buffer) ?? (buffer as SharedArrayBuffer);
    this.#newBuffers.push({ id: bufferId, buffer: place });
  }

  #handlePrinted({ task: nth, level, text }: TaskPrinted): void {
    const task = this.#given.at(nth) ?? this.#lastReported;
    if (task !== undefined) this.#listener.printed(task, { level, text });
  }

  #receive(message: FromThread): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        break;
      case "warning":
        warnOnce(message.text);
        break;
      case "plugged":
        this.#plugs.answered(message);
        break;
      case "printed":
        this.#handlePrinted(message);
        break;
      case "refers": {
        const task = this.#given.at(message.task);
        if (task !== undefined) this.#listener.refers(task, message.actor);
        break;
      }
      case "line":
        this.#listener.lineOpened(message.port, (sequence) => this.#given.at(sequence));
        break;
      case "spans":
        this.#listener.spansEnded(message.spans, (sequence) => this.#given.at(sequence));
        break;
      case "suspended":
        this.#listener.suspended(this.#given.suspend(message.sequence));
        break;
      case "resumed":
        this.#listener.resumed(this.#given.resume(message.sequence));
        break;
      case "ended":
        this.#handleEnded(message);
        break;
      case "endedLate":
        this.#handleLateEnd(message.sequence, message.end);
        break;
    }
  }

  #handleLateEnd(sequence: number, end: TasksEnded): void {
    const task = this.#given.endLate(sequence);
    const [error] = end.errors;
    if (error === undefined) {
      this.#listener.ended([task], [end.durationsMs[0] as number], outputsOf(end));
    } else this.#listener.failed(task, error);
    this.#restWhenIdle();
  }

  #handleEnded(message: TasksEnded): void {
    const tasks: T[] = [];
    const durationsMs: number[] = [];
    let errorCount = 0;
    for (const durationMs of message.durationsMs) {
      const task = this.#given.shift();
      this.#lastReported = task;
      if (Number.isNaN(durationMs)) {
        this.#listener.failed(task, defined(message.errors[errorCount++], "an error"));
      } else {
        tasks.push(task);
        durationsMs.push(durationMs);
      }
    }
    if (tasks.length > 0) this.#listener.ended(tasks, durationsMs, outputsOf(message));
    this.#restWhenIdle();
  }

  #restWhenIdle(): void {
    if (!this.#given.isEmpty) return;
    // Sums of fractions do not come back to zero by themselves.
    this.#given.expectedMs = 0;
    // `stop` waits for the end of the thread, which has to keep the process until then.
    if (!this.#stopped) this.#worker.unref();
  }
}
