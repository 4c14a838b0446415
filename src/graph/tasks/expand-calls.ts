// Expands layers of calls to tasks, if the calls are in order of submission and read only earlier
// results, of calls among them or of other graphs. The cost depends on the calls only, not on the
// number of blocks in the layers that they read. expand.ts handles all other graphs.
import { GraphError, ProtocolError } from "../../base/errors.js";
import type { Sliced } from "../../base/sliced.js";
import type { CallsLayer, LayerName } from "../model/layer.js";
import type { TaskTable } from "./expand.js";

/** Calls of several layers, in the order in which they were made. */
export interface MadeCalls {
  readonly layers: readonly CallsLayer[];
  /** Layers of other graphs that they read. */
  readonly reads: readonly LayerName[];
  /** For each call the position of its layer, whose blocks come in order. */
  readonly order: Int32Array;
}

/**
 * Tasks of calls. Layers are numbered through: first those that are read, then those of the calls.
 */
export interface CallTable extends Omit<TaskTable, "layers"> {
  /** Calls that cannot run, since an operand is missing, directly or indirectly. Columns. */
  readonly lost: {
    readonly outputs: number[];
    readonly blocks: number[];
    /** Per call, the position in `reads` of the missing layer. */
    readonly reads: number[];
  };
}

/** Calls of one slice, and what one costs. */
const SLICE_CALLS = 1_024;
const CALL_COST = 0.5;

/** No task yet; calls that are lost are numbered below it. */
const NONE = -1;
const LOST = -2;

/**
 * Expands calls, in slices.
 *
 * @param isThere whether a block of a layer that is read, named by its position, is known
 * @throws GraphError `graph.missingLayer` where a call reads a layer that is not named,
 * `graph.cycle` where it reads a call that is made after it; ProtocolError where layers and order
 * do not fit each other
 */
export function* expandCalls(
  calls: MadeCalls,
  isThere: (read: number, block: number) => boolean,
): Sliced<CallTable> {
  return yield* new CallExpansion(calls, isThere).run();
}

class CallExpansion {
  readonly #calls: MadeCalls;
  readonly #isThere: (read: number, block: number) => boolean;
  /**
   * Per layer of calls: per position among its inputs, where that is: its number, as the table has
   * it.
   */
  readonly #targets: readonly Int32Array[];
  /** Per layer of calls, per block: its task, or why it has none. */
  readonly #taskOf: readonly Int32Array[];
  /** Per layer that is read: the tasks of its blocks. */
  readonly #read: (Map<number, number> | undefined)[];
  readonly #layerOf: number[] = [];
  readonly #blockOf: number[] = [];
  readonly #operandStart: number[] = [];
  readonly #operands: number[] = [];
  readonly #persisted: number[] = [];
  readonly #lost: CallTable["lost"] = { outputs: [], blocks: [], reads: [] };

  constructor(calls: MadeCalls, isThere: (read: number, block: number) => boolean) {
    this.#calls = calls;
    this.#isThere = isThere;
    this.#read = new Array(calls.reads.length);
    this.#targets = targetsOf(calls);
    this.#taskOf = calls.layers.map(({ chunks }) =>
      new Int32Array(chunks[0]?.length ?? 0).fill(NONE),
    );
  }

  *run(): Sliced<CallTable> {
    const { layers, order, reads } = this.#calls;
    const made = new Int32Array(layers.length);
    for (let k = 0; k < order.length; k++) {
      const layer = order[k] as number;
      const block = made[layer] as number;
      const taskOf = this.#taskOf[layer];
      if (taskOf === undefined || block >= taskOf.length) throw unordered();
      made[layer] = block + 1;
      taskOf[block] = this.#expand(layer, block);
      if (k % SLICE_CALLS === SLICE_CALLS - 1) yield SLICE_CALLS * CALL_COST;
    }
    if (this.#taskOf.some(({ length }, layer) => made[layer] !== length)) throw unordered();
    this.#operandStart.push(this.#operands.length);
    for (const taskOf of this.#taskOf) {
      for (let block = 0; block < taskOf.length; block++) {
        if ((taskOf[block] as number) < NONE) taskOf[block] = NONE;
      }
    }
    return {
      layerOf: Int32Array.from(this.#layerOf, (layer) =>
        layer < 0 ? ~layer : layer + reads.length,
      ),
      blockOf: Int32Array.from(this.#blockOf),
      operandStart: Int32Array.from(this.#operandStart),
      operands: Int32Array.from(this.#operands),
      outputs: this.#taskOf,
      persisted: Int32Array.from(this.#persisted),
      lost: this.#lost,
    };
  }

  /** The task of a call whose operands all have tasks; blocks read for the first time get one. */
  #expand(number: number, block: number): number {
    const { operandStart, operandInput, operandBlock } = this.#calls.layers[number] as CallsLayer;
    const targets = this.#targets[number] as Int32Array;
    const first = operandStart[block] as number;
    const end = operandStart[block + 1] as number;
    const tasks: number[] = [];
    for (let k = first; k < end; k++) {
      const target = targets[operandInput[k] as number];
      if (target === undefined) throw unordered();
      const task = this.#operand(target, operandBlock[k] as number);
      if (task < NONE) return this.#lose(number, block, LOST - task);
      tasks.push(task);
    }
    const task = this.#add(number, block);
    for (const operand of tasks) this.#operands.push(operand);
    return task;
  }

  #add(layer: number, block: number): number {
    this.#operandStart.push(this.#operands.length);
    this.#layerOf.push(layer);
    return this.#blockOf.push(block) - 1;
  }

  #operand(target: number, block: number): number {
    if (target >= 0) {
      const task = this.#taskOf[target]?.[block] ?? NONE;
      if (task !== NONE) return task;
      const { name } = this.#calls.layers[target] as CallsLayer;
      throw new GraphError(
        "cycle",
        `a call reads block ${block} of ${name}, which is made after it`,
      );
    }
    const tasks = (this.#read[~target] ??= new Map<number, number>());
    let task = tasks.get(block);
    if (task === undefined) {
      task = this.#isThere(~target, block) ? this.#add(target, block) : LOST - ~target;
      if (task >= 0) this.#persisted.push(task);
      tasks.set(block, task);
    }
    return task;
  }

  /** The call cannot run for lack of a layer; its readers cannot either. */
  #lose(layer: number, block: number, read: number): number {
    this.#lost.outputs.push(layer);
    this.#lost.blocks.push(block);
    this.#lost.reads.push(read);
    return LOST - read;
  }
}

/** Layers of calls by their position, those that are read by its complement. */
function targetsOf({ layers, reads }: MadeCalls): Int32Array[] {
  const numbers = new Map<LayerName, number>();
  for (const [k, name] of reads.entries()) numbers.set(name, ~k);
  for (const [k, { name }] of layers.entries()) {
    if (numbers.has(name)) throw new ProtocolError(`layer ${name} appears twice in the graph`);
    numbers.set(name, k);
  }
  return layers.map(({ name, inputs }, own) => {
    const targets = new Int32Array(inputs.length + 1);
    for (const [k, input] of inputs.entries()) {
      const target = numbers.get(input);
      if (target === undefined) {
        const text = `layer ${input}, needed by ${name}, is not in the graph`;
        throw new GraphError("missingLayer", text, { layer: input, neededBy: name });
      }
      targets[k] = target;
    }
    targets[inputs.length] = own;
    return targets;
  });
}

function unordered(): ProtocolError {
  return new ProtocolError("calls whose order does not fit their layers");
}
