// What a worker's main thread and its executor threads say to each other. A batch of tasks travels
// as one message whose numbers stand in one typed array; layers and buffers are sent once per thread
// and named by number afterwards. Replies come in the order of the tasks, so they name none.
import type { Layer } from "../graph/layer.js";
import type { WireError } from "../protocol/wire-error.js";

/** What a thread gets when it starts. */
export interface ThreadStart {
  /** Shared counters, see {@link BEGUN} and {@link ENDED}: they survive the thread. */
  readonly progress: Int32Array;
}

/** Slot of `ThreadStart.progress`: how many tasks the thread has begun. */
export const BEGUN = 0;
/** Slot of `ThreadStart.progress`: how many tasks the thread has ended. */
export const ENDED = 1;

/** Run tasks; first learn and forget what comes along. */
export interface RunTasks {
  readonly type: "run";
  readonly layers: readonly ThreadLayerMessage[];
  readonly buffers: readonly { readonly id: number; readonly buffer: SharedArrayBuffer }[];
  /** One {@link TaskWriter} record after another. */
  readonly tasks: Int32Array;
}

/** A layer with the layers that it reads, under the number that tasks name it by. */
export interface ThreadLayerMessage {
  readonly id: number;
  readonly layer: Layer;
  readonly inputs: readonly Layer[];
}

/** Let go of layers and buffers. */
export interface Forget {
  readonly type: "forget";
  readonly layers: readonly number[];
  readonly buffers: readonly number[];
  /** Whether so much memory was let go that the garbage collector is to be run. */
  readonly collect: boolean;
}

export type ToThread = RunTasks | Forget;

/** The thread has loaded and waits for tasks. */
export interface ThreadReady {
  readonly type: "ready";
}

/** The next tasks in the order in which they were sent have ended. */
export interface TasksEnded {
  readonly type: "ended";
  /** How long each task ran, in milliseconds; NaN for one that threw. */
  readonly durationsMs: Float64Array;
  /** What was thrown, in order. */
  readonly errors: readonly WireError[];
}

export type FromThread = ThreadReady | TasksEnded;

/** Where a value lies: a buffer's number and an offset in bytes. */
export interface Place {
  readonly bufferId: number;
  readonly byteOffset: number;
}

/**
 * Writes records of tasks: layer, block, output place, operand count, operand places. Of an operand
 * that was cut to the part that the block reads, the buffer's number is written as its complement.
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
    output: Place,
    operands: readonly Place[],
    isCut: readonly boolean[] = [],
  ): void {
    this.#reserve(5 + 2 * operands.length);
    const words = this.#words;
    let at = this.#length;
    words[at++] = layer;
    words[at++] = block;
    words[at++] = output.bufferId;
    words[at++] = output.byteOffset;
    words[at++] = operands.length;
    for (let i = 0; i < operands.length; i++) {
      const { bufferId, byteOffset } = operands[i] as Place;
      words[at++] = isCut[i] === true ? ~bufferId : bufferId;
      words[at++] = byteOffset;
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
}
