// Messages between a worker's main thread and its executor threads. A batch of tasks is one message
// with all its numbers in one typed array. Layers and buffers are sent once per thread, then named
// by number. Replies come in the order of the tasks, so they name none.

import type { MessagePort } from "node:worker_threads";
import type { EngineRoom } from "../../engine/engine-room.js";
import type { Layer } from "../../graph/model/layer.js";
import type { SharedTileMemory } from "../../kernels/tiles/tile-memory.js";
import type { ActorId } from "../../protocol/values/ids.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import type { MappedPlace } from "../../system/address-space.js";
import type { DynamicOutput, OperandForm, ThreadOutput } from "../tasks/layer-runner.js";
import type { Printed } from "../tasks/task-console.js";
import type { Allocation } from "../values/buffer-pool.js";

/** The data of a thread at its start. */
export interface ThreadStart {
  /** Shared counters, see {@link BEGUN} and those after it: they survive the thread. */
  readonly progress: Int32Array;
  /** Modules to import before the first task: paths and names of packages. */
  readonly preload: readonly string[];
  /** The worker whose thread it is. */
  readonly worker: string;
  /** The address of its scheduler. */
  readonly schedulerAddress: string;
  /** The memory that the engine of tables may use. */
  readonly engine?: EngineRoom | undefined;
}

/**
 * Slot of `ThreadStart.progress`: the position after the last task that the thread has begun.
 * Positions count the tasks that the thread was given. A thread that begins a task moves this from
 * the task's position to the next. The main thread takes back what has not begun by moving it to
 * the position after all of them; the thread then finds another number than it expects.
 */
export const BEGUN = 0;
/** Slot of `ThreadStart.progress`: the position after the last task that the thread has ended. */
export const ENDED = 1;
/** Slot of `ThreadStart.progress`: how many connections to the engine of tables it has open. */
export const CONNECTED = 2;
/** How many slots there are. */
export const PROGRESS_SLOTS = 3;

/** The position after this one, in 32 bits. */
export function after(position: number): number {
  return (position + 1) | 0;
}

/** Whether the first position comes before the other. */
export function comesBefore(position: number, other: number): boolean {
  return ((position - other) | 0) < 0;
}

/** Run tasks; first add and forget the listed layers and buffers. */
export interface RunTasks {
  readonly type: "run";
  readonly forgottenLayers: readonly number[];
  readonly layers: readonly ThreadLayerMessage[];
  readonly buffers: readonly ThreadBuffer[];
  /** The position of the first task. */
  readonly first: number;
  /** One {@link TaskWriter} record after another. */
  readonly tasks: Int32Array;
}

/** A buffer with its number: itself, if it is mapped, or memory of kernels. */
export interface ThreadBuffer {
  readonly id: number;
  readonly buffer: SharedArrayBuffer | MappedPlace | SharedTileMemory;
}

/** A layer with the layers that it reads, under the number that tasks name it by. */
export interface ThreadLayerMessage {
  readonly id: number;
  readonly layer: Layer;
  readonly inputs: readonly Layer[];
}

/** Release layers and buffers. */
export interface Forget {
  readonly type: "forget";
  readonly layers: readonly number[];
  readonly buffers: readonly number[];
  /** Whether enough memory was released to run the garbage collector. */
  readonly collect: boolean;
}

/** The result of a suspended task is no longer wanted: its waits reject. */
export interface GiveUpTask {
  readonly type: "giveUp";
  /** Its position. */
  readonly sequence: number;
  readonly reason: string;
}

/** Set a plugin up, or take it away, before the tasks that come after this message. */
export interface PlugThread {
  readonly type: "plug";
  readonly number: number;
  readonly name: string;
  /** Packed; null to take it away. */
  readonly plugin: Uint8Array | null;
}

/** End, as soon as the engine of tables has stopped. */
export interface LeaveThread {
  readonly type: "leave";
}

export type ToThread = RunTasks | Forget | GiveUpTask | PlugThread | LeaveThread;

/** The thread has loaded and waits for tasks. */
export interface ThreadReady {
  readonly type: "ready";
}

/** The next tasks in the order in which they were sent have ended. */
export interface TasksEnded {
  readonly type: "ended";
  /** How long each task ran, in milliseconds; NaN for one that threw. */
  readonly durationsMs: Float64Array;
  /** The thrown errors, in order. */
  readonly errors: readonly WireError[];
  /**
   * Results of those that make dynamic ones, in order; of small values only how many bytes they
   * have.
   */
  readonly outputs: readonly (DynamicOutput | number)[];
  /** The bytes of small values, one after another. */
  readonly small: Uint8Array;
}

/** Report of ended tasks: the small values among their results in one piece. */
export function tasksEnded(
  durationsMs: readonly number[],
  errors: readonly WireError[],
  results: readonly ThreadOutput[],
): TasksEnded {
  let bytes = 0;
  const outputs = results.map((result) => {
    if (!(result instanceof Uint8Array)) return result;
    bytes += result.byteLength;
    return result.byteLength;
  });
  const small = new Uint8Array(bytes);
  let end = 0;
  for (const result of results) {
    if (!(result instanceof Uint8Array)) continue;
    small.set(result, end);
    end += result.byteLength;
  }
  return { type: "ended", durationsMs: Float64Array.from(durationsMs), errors, outputs, small };
}

/** The results in a report. */
export function outputsOf({ outputs, small }: TasksEnded): readonly ThreadOutput[] {
  let end = 0;
  return outputs.map((output) => {
    if (typeof output !== "number") return output;
    end += output;
    return small.subarray(end - output, end);
  });
}

/** A warning for the log, once per process. */
export interface ThreadWarning {
  readonly type: "warning";
  readonly text: string;
}

/** A task wrote to the console. */
export interface TaskPrinted extends Printed {
  readonly type: "printed";
  /** Which one, counted from the first that the thread was given. */
  readonly task: number;
}

/** The result of a task may contain a handle of an actor. */
export interface TaskRefers {
  readonly type: "refers";
  /** Which one, counted from the first that the thread was given. */
  readonly task: number;
  readonly actor: ActorId;
}

/** Tasks have noted spans; this comes before the report of their ends. */
export interface SpansEnded {
  readonly type: "spans";
  /** In place of the layer: which task, counted from the first that the thread was given. */
  readonly spans: TakenSpans;
}

/** Tasks of the thread use the line to the scheduler, through this port. */
export interface LineOpened {
  readonly type: "line";
  readonly port: MessagePort;
}

/**
 * A task waits for results of others. At its first wait it is the next of the sent tasks, and
 * {@link TasksEnded} does not include it.
 */
export interface TaskSuspended {
  readonly type: "suspended";
  /** How many tasks the thread had begun before it. */
  readonly sequence: number;
}

/** A task has the result that it waited for. */
export interface TaskResumed {
  readonly type: "resumed";
  readonly sequence: number;
}

/** A task that was suspended at some time has ended. */
export interface SuspendedTaskEnded {
  readonly type: "endedLate";
  readonly sequence: number;
  /** How it ended: one task. */
  readonly end: TasksEnded;
}

/** A plugin was set up, or taken away. */
export interface ThreadPlugged {
  readonly type: "plugged";
  readonly number: number;
  readonly error?: WireError;
}

export type FromThread =
  | ThreadPlugged
  | ThreadReady
  | TasksEnded
  | ThreadWarning
  | TaskRefers
  | LineOpened
  | TaskSuspended
  | TaskResumed
  | SuspendedTaskEnded
  | SpansEnded
  | TaskPrinted;

/** Where a value is: a buffer's number and an offset in bytes. */
export interface ValuePlace {
  readonly bufferId: number;
  readonly byteOffset: number;
}

/** The buffer's number of a result that has no memory yet: its size is not known. */
export const NO_BUFFER = -1;

/** The place of a task's result: exact, or a range that it must fit. */
export interface OutputPlace extends ValuePlace {
  readonly roomBytes?: number;
}

/** Room for a result whose size is not known. */
export function roomOf(room: Allocation | undefined): OutputPlace | undefined {
  if (room === undefined) return undefined;
  const { bufferId, byteOffset, bytes } = room;
  return { bufferId, byteOffset, roomBytes: bytes };
}

/**
 * Writes records of tasks: layer, block, output place, bytes of its room, operand count, operand
 * places. The buffer's number of an operand that was cut to the part that the block reads is
 * written as its complement. Where operands' forms follow (start, number of axes, shape for each),
 * the count is its complement.
 */
export class TaskWriter {
  #words = new Int32Array(256);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  write(
    layer: number,
    block: number,
    output: OutputPlace | undefined,
    operands: readonly ValuePlace[],
    isCut: readonly boolean[] = [],
    forms?: readonly OperandForm[],
  ): void {
    this.#reserve(6 + 2 * operands.length + (forms === undefined ? 0 : wordsOf(forms)));
    const words = this.#words;
    let at = this.#length;
    words[at++] = layer;
    words[at++] = block;
    words[at++] = output?.bufferId ?? NO_BUFFER;
    words[at++] = output?.byteOffset ?? 0;
    words[at++] = output?.roomBytes ?? 0;
    words[at++] = forms === undefined ? operands.length : ~operands.length;
    for (let i = 0; i < operands.length; i++) {
      const { bufferId, byteOffset } = operands[i] as ValuePlace;
      words[at++] = isCut[i] === true ? ~bufferId : bufferId;
      words[at++] = byteOffset;
    }
    for (const { start, shape } of forms ?? []) {
      words[at++] = start;
      words[at++] = shape.length;
      for (const length of shape) words[at++] = length;
    }
    this.#length = at;
  }

  /** The records written since the last call. */
  take(): Int32Array {
    const words = this.#words.slice(0, this.#length);
    this.#length = 0;
    return words;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#words.length) return;
    const grown = new Int32Array(2 * (this.#length + count));
    grown.set(this.#words);
    this.#words = grown;
  }
}

function wordsOf(forms: readonly OperandForm[]): number {
  return forms.reduce((words, { shape }) => words + 2 + shape.length, 0);
}

/** Reads what {@link TaskWriter} wrote, record by record. */
export class TaskReader {
  readonly #words: Int32Array;
  #at = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#words.length;
  }

  /** The next number. */
  next(): number {
    return this.#words[this.#at++] as number;
  }

  /** The next number, one that has all 32 bits. */
  nextOffset(): number {
    return this.next() >>> 0;
  }
}
