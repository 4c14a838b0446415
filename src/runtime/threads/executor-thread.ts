// The main thread's side of one executor thread: the layers and buffers that it knows, its tasks,
// and its end. thread-pool.ts chooses the thread of a task; the thread itself runs thread-main.ts.

import { type MessagePort, Worker } from "node:worker_threads";
import { defined } from "../../base/assert.js";
import { Fifo } from "../../base/fifo.js";
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
import { leaveThread } from "./leave-thread.js";
import { PlugRequests } from "./plug-requests.js";
import { deathOf, type ThreadDeath } from "./thread-death.js";
import type { ThreadLayer, ThreadTask } from "./thread-layer.js";
import {
  BEGUN,
  ENDED,
  type FromThread,
  type OutputPlace,
  outputsOf,
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
export interface ThreadRemains<T> {
  /** The task that ran when the thread ended. */
  readonly culprit: T | undefined;
  /** Those of the tasks that waited for results of others. */
  readonly suspended: readonly T[];
  /** Tasks that it was given and that are to run elsewhere. */
  readonly unfinished: readonly T[];
  /** Whether the thread had loaded its script. */
  readonly wasReady: boolean;
}

interface Sent<T> {
  readonly task: T;
  readonly expectedMs: number;
}

/** A suspended task, or one that continues after a wait. */
interface Suspended<T> extends Sent<T> {
  isWaiting: boolean;
  /** Since when it is in this state. */
  sinceMs: number;
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

/** A task on a thread, as the watchdog sees it. */
export interface Watched<T> {
  readonly task: T;
  /** For how long it has been running, or waiting. */
  readonly forMs: number;
  readonly isWaiting: boolean;
}

/** One executor thread. */
export class ExecutorThread<T extends ThreadTask> {
  /** The expected time of its tasks, by the durations of their layers. */
  outstandingMs = 0;
  readonly #worker: Worker;
  readonly #progress = new Int32Array(new SharedArrayBuffer(8));
  readonly #listener: ThreadListener<T>;
  readonly #sent = new Fifo<Sent<T>>();
  /** By number: how many tasks the thread was sent before. */
  readonly #suspended = new Map<number, Suspended<T>>();
  readonly #writer = new TaskWriter();
  readonly #knownLayers = new Set<number>();
  readonly #knownBuffers = new Set<number>();
  readonly #pieceIn: ThreadSetup["pieceIn"];
  /** How many of these are running again. */
  #resumedCount = 0;
  #newLayers: ThreadLayerMessage[] = [];
  #newBuffers: ThreadBuffer[] = [];
  #forgottenLayers: number[] = [];
  #reported = 0;
  /** The last task that was reported. */
  #lastReported: T | undefined;
  #ready = false;
  #stopped = false;
  /** Whether it has run queries of tables. */
  #hasEngine = false;
  readonly #plugs = new PlugRequests();
  /** The task because of which the thread is being ended, and why. */
  #condemned: (ThreadDeath & { readonly task: T }) | undefined;
  /** When which task, counted from the first, was first seen running. */
  #seen = { begun: 0, sinceMs: 0 };

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
        progress: this.#progress,
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
    return this.#sent.length + this.#resumedCount;
  }

  /** Tasks it was given that have not ended. */
  outstanding(): T[] {
    const sent = Array.from({ length: this.#sent.length }, (_, k) => this.#sent.at(k)?.task as T);
    for (const { task } of this.#suspended.values()) sent.push(task);
    return sent;
  }

  /** Adds a task to the batch that {@link flush} sends. */
  give(task: T, expectedMs: number, memory: TaskMemory): void {
    const { output, room, operands, isCut, forms } = memory;
    if (this.#isIdle) this.#worker.ref();
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
    this.#sent.push({ task, expectedMs });
    this.outstandingMs += expectedMs;
  }

  /** Sends the queued tasks. */
  flush(): void {
    if (this.#writer.isEmpty) return;
    this.#worker.postMessage({
      type: "run",
      forgottenLayers: this.#forgottenLayers,
      layers: this.#newLayers,
      buffers: this.#newBuffers,
      tasks: this.#writer.take(),
    });
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

  /** Sorts the tasks of a thread that died: the culprit, suspended ones, unfinished ones. */
  estate(): ThreadRemains<T> {
    const unfinished = this.#sent.drain().map(({ task }) => task);
    const others = [...this.#suspended.values()];
    this.#suspended.clear();
    this.#resumedCount = 0;
    const begun = Atomics.load(this.#progress, BEGUN);
    const ended = Atomics.load(this.#progress, ENDED);
    // Ended but not reported: the report died with the thread, so that the task runs again.
    const first = begun > ended ? unfinished[ended - this.#reported] : undefined;
    const resumed = others.filter(({ isWaiting }) => !isWaiting).map(({ task }) => task);
    const condemned = this.#condemned?.task;
    const running = first ?? (condemned && resumed.includes(condemned) ? condemned : resumed[0]);
    // The task that it was ended for may have finished meanwhile; the next is not to blame.
    const isGuilty = condemned === undefined || condemned === running;
    const culprit = isGuilty ? running : undefined;
    const all = [...others.map(({ task }) => task), ...unfinished];
    return {
      culprit,
      suspended: others.filter(({ isWaiting }) => isWaiting).map(({ task }) => task),
      unfinished: all.filter((task) => task !== culprit),
      wasReady: this.#ready,
    };
  }

  /**
   * The tasks that have begun and not ended, and for how long they were seen running or waiting.
   */
  underWay(nowMs: number): Watched<T>[] {
    const watched = [...this.#suspended.values()].map(({ task, isWaiting, sinceMs }) => {
      return { task, isWaiting, forMs: nowMs - sinceMs };
    });
    const begun = Atomics.load(this.#progress, BEGUN);
    const ended = Atomics.load(this.#progress, ENDED);
    if (begun <= ended) return watched;
    if (this.#seen.begun !== begun) this.#seen = { begun, sinceMs: nowMs };
    const sent = this.#sent.at(ended - this.#reported);
    if (sent === undefined) return watched;
    return [...watched, { task: sent.task, forMs: nowMs - this.#seen.sinceMs, isWaiting: false }];
  }

  /** Rejects the promises that a suspended task waits for. */
  giveUp(task: T, reason: string): void {
    for (const [sequence, suspended] of this.#suspended) {
      if (suspended.task !== task) continue;
      this.#worker.postMessage({ type: "giveUp", sequence, reason });
    }
  }

  /** Ends the thread because of a task that it runs: it dies as if by itself. */
  condemn(task: T, reason: string, cause?: "memory"): void {
    if (this.#condemned !== undefined) return;
    this.#condemned = { task, reason, isMemory: cause === "memory" };
    void this.#worker.terminate();
  }

  /** Ends the thread at once, or as soon as the engine of tables lets it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#hasEngine && this.outstandingCount > 0) await leaveThread(this.#worker);
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
    if (layer.kind === "query") this.#hasEngine = true;
  }

  #teachBuffer({ bufferId, buffer }: Allocation): void {
    if (this.#knownBuffers.has(bufferId)) return;
    this.#knownBuffers.add(bufferId);
    // Mapped memory has no buffer that threads could share, but the same address in all of them.
    const place = placeOfMapped(buffer) ?? this.#pieceIn?.(buffer) ?? (buffer as SharedArrayBuffer);
    this.#newBuffers.push({ id: bufferId, buffer: place });
  }

  /** The running or suspended task before which `nth` others were sent. */
  #taskAt(nth: number): T | undefined {
    const isLate = nth < this.#reported;
    return (isLate ? this.#suspended.get(nth) : this.#sent.at(nth - this.#reported))?.task;
  }

  #handlePrinted({ task: nth, level, text }: TaskPrinted): void {
    const task = this.#taskAt(nth) ?? this.#lastReported;
    if (task !== undefined) this.#listener.printed(task, { level, text });
  }

  get #isIdle(): boolean {
    return this.#sent.length === 0 && this.#suspended.size === 0;
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
        const task = this.#taskAt(message.task);
        if (task !== undefined) this.#listener.refers(task, message.actor);
        break;
      }
      case "line":
        this.#listener.lineOpened(message.port, (sequence) => this.#taskAt(sequence));
        break;
      case "spans":
        this.#listener.spansEnded(message.spans, (sequence) => this.#taskAt(sequence));
        break;
      case "suspended":
        this.#suspend(message.sequence);
        break;
      case "resumed":
        this.#resume(message.sequence);
        break;
      case "ended":
        this.#handleEnded(message);
        break;
      case "endedLate":
        this.#handleLateEnd(message.sequence, message.end);
        break;
    }
  }

  #suspend(sequence: number): void {
    let suspended = this.#suspended.get(sequence);
    if (suspended === undefined) {
      const sent = defined(this.#sent.shift(), "a task that waits");
      this.#reported++;
      suspended = { ...sent, isWaiting: false, sinceMs: 0 };
      this.#suspended.set(sequence, suspended);
      this.#resumedCount++;
    }
    this.#change(suspended, true);
    this.#listener.suspended(suspended.task);
  }

  #resume(sequence: number): void {
    const suspended = defined(this.#suspended.get(sequence), "a task that goes on");
    this.#change(suspended, false);
    this.#listener.resumed(suspended.task);
  }

  #change(suspended: Suspended<T>, isWaiting: boolean): void {
    suspended.isWaiting = isWaiting;
    this.#resumedCount += isWaiting ? -1 : 1;
    suspended.sinceMs = performance.now();
    this.outstandingMs += isWaiting ? -suspended.expectedMs : suspended.expectedMs;
  }

  #handleLateEnd(sequence: number, end: TasksEnded): void {
    const suspended = defined(this.#suspended.get(sequence), "a task that waited");
    const { task, isWaiting, expectedMs } = suspended;
    this.#suspended.delete(sequence);
    if (!isWaiting) {
      this.outstandingMs -= expectedMs;
      this.#resumedCount--;
    }
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
      const { task, expectedMs } = defined(this.#sent.shift(), "a task that ended");
      this.#reported++;
      this.#lastReported = task;
      this.outstandingMs -= expectedMs;
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
    if (!this.#isIdle) return;
    // Sums of fractions do not come back to zero by themselves.
    this.outstandingMs = 0;
    // `stop` waits for the end of the thread, which has to keep the process until then.
    if (!this.#stopped) this.#worker.unref();
  }
}

function roomOf(room: Allocation | undefined): OutputPlace | undefined {
  if (room === undefined) return undefined;
  const { bufferId, byteOffset, bytes } = room;
  return { bufferId, byteOffset, roomBytes: bytes };
}
