// Builds layers of calls, call by call: for delayed calls, and for calls that clients submit.
// shipping/ encodes the arguments; this file only keeps their positions.
import { keepAlive, keptBy } from "../../base/kept-alive.js";
import type { ShippedFunction } from "../../functions/shipped-function.js";
import { UNKNOWN_LENGTH } from "./chunks.js";
import type { CallsLayer, LayerName } from "./layer.js";
import type { LayerNode } from "./layer-node.js";
import { nameLayer } from "./naming.js";

/**
 * A block that a call reads: of another node, of a layer by its name, or the result of an earlier
 * call.
 */
export type CallOperand =
  | { readonly node: LayerNode; readonly block: number }
  | { readonly input: LayerName; readonly block: number }
  | { readonly call: number };

/**
 * The method by which collections and futures describe what a call reads if they are among its
 * arguments: all blocks of a node, passed as one value.
 */
export const CALL_ARGUMENT = Symbol.for("tilework.callArgument");

/** An argument of a call in place of a computed value. */
export interface CallArgument {
  readonly node: LayerNode;
  /** The blocks that contain it. */
  readonly blocks: readonly number[];
  /** Whether the blocks are lists that are joined to one. */
  readonly isList: boolean;
}

/** An object that can be among the arguments of a call in place of its value. */
export interface HasCallArgument {
  [CALL_ARGUMENT](): CallArgument;
}

/** Whether `value` is the placeholder of a value that is computed elsewhere. */
export function hasCallArgument(value: unknown): value is HasCallArgument {
  return typeof value === "object" && value !== null && CALL_ARGUMENT in value;
}

/**
 * The place in the source where a function was written. Calls of functions from one place share
 * their measured durations and their displayed name, even if the functions capture different
 * values.
 */
export function writtenAt({ places, hash }: ShippedFunction): string {
  const [file, line, column] = places[0] ?? ["", 0, 0];
  return file === "" ? hash : `${file}:${line}:${column}`;
}

/** Gathers calls; {@link CallsBuilder.node} makes a layer of them. */
export class CallsBuilder {
  readonly #functions: ShippedFunction[] = [];
  readonly #functionNumbers = new Map<string, number>();
  readonly #functionOf: number[] = [];
  /** Grows by doubling: calls come by the hundred thousand. */
  #arguments = new Uint8Array(256);
  readonly #argumentStart: number[] = [];
  readonly #argumentEnd: number[] = [];
  #argumentBytes = 0;
  readonly #kept: object[] = [];
  readonly #operandStart: number[] = [0];
  readonly #operandInput: number[] = [];
  readonly #operandBlock: number[] = [];
  /** By name, the positions of inputs. */
  readonly #inputs = new Map<LayerName, number>();
  /** Those of them that exist as nodes. */
  readonly #nodes: LayerNode[] = [];

  /** How many calls there are. */
  get count(): number {
    return this.#functionOf.length;
  }

  /** Bytes of all arguments. */
  get argumentBytes(): number {
    return this.#argumentBytes;
  }

  /** Adds a call and returns its number, which is the number of its block. */
  add(
    shipped: ShippedFunction,
    argumentBytes: Uint8Array,
    operands: readonly CallOperand[],
  ): number {
    let number = this.#functionNumbers.get(shipped.hash);
    if (number === undefined) {
      number = this.#functions.push(shipped) - 1;
      this.#functionNumbers.set(shipped.hash, number);
    }
    const end = this.#argumentBytes + argumentBytes.byteLength;
    if (end > this.#arguments.byteLength) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#arguments.byteLength));
      larger.set(this.#arguments.subarray(0, this.#argumentBytes));
      this.#arguments = larger;
    }
    for (const thing of keptBy(argumentBytes)) this.#kept.push(thing);
    this.#arguments.set(argumentBytes, this.#argumentBytes);
    this.#argumentStart.push(this.#argumentBytes);
    this.#argumentEnd.push(end);
    this.#argumentBytes = end;
    for (const operand of operands) {
      this.#operandInput.push(this.#positionOf(operand));
      this.#operandBlock.push("call" in operand ? operand.call : operand.block);
    }
    this.#operandStart.push(this.#operandInput.length);
    return this.#functionOf.push(number) - 1;
  }

  /** The layer's own number is known only after all its inputs: -1 stands for it until then. */
  #positionOf(operand: CallOperand): number {
    if ("call" in operand) return -1;
    const name = "input" in operand ? operand.input : operand.node.layer.name;
    let position = this.#inputs.get(name);
    if (position === undefined) {
      position = this.#inputs.size;
      this.#inputs.set(name, position);
      if ("node" in operand) this.#nodes.push(operand.node);
    }
    return position;
  }

  /**
   * The layer of all calls.
   *
   * @param word the prefix of its name
   * @param identity replaces its content in its name, if calling twice is not the same
   * @param timeLimitMs how long one of them may run
   */
  node(word: string, identity?: string, timeLimitMs?: number): LayerNode {
    const content = this.#content(timeLimitMs);
    const hashes = this.#functions.map(({ hash }) => hash);
    const standIns =
      identity === undefined
        ? { functions: hashes }
        : Object.fromEntries(BULK.map((part) => [part, null]).concat([["functions", identity]]));
    const layer = nameLayer<CallsLayer>(word, content, standIns);
    keepAlive(layer, this.#kept);
    return { layer, inputs: this.#nodes };
  }

  /** The layer of all calls under a name of its own. */
  layer(name: LayerName, timeLimitMs?: number): CallsLayer {
    const layer: CallsLayer = { ...this.#content(timeLimitMs), name };
    keepAlive(layer, this.#kept);
    return layer;
  }

  #content(timeLimitMs: number | undefined): Omit<CallsLayer, "name"> {
    const self = this.#inputs.size;
    return {
      kind: "calls",
      holds: "values",
      inputs: [...this.#inputs.keys()],
      chunks: [new Array<number>(this.count).fill(UNKNOWN_LENGTH)],
      dtype: "uint8",
      functions: this.#functions,
      functionOf: Int32Array.from(this.#functionOf),
      arguments: this.#arguments.slice(0, this.#argumentBytes),
      argumentStart: Float64Array.from(this.#argumentStart),
      argumentEnd: Float64Array.from(this.#argumentEnd),
      operandStart: Int32Array.from(this.#operandStart),
      operandInput: Int32Array.from(this.#operandInput, (input) => (input < 0 ? self : input)),
      operandBlock: Int32Array.from(this.#operandBlock),
      ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    };
  }
}

/** Fields that need no hash if the name is unique for other reasons. */
const BULK = [
  "functionOf",
  "arguments",
  "argumentStart",
  "argumentEnd",
  "operandStart",
  "operandInput",
  "operandBlock",
];
