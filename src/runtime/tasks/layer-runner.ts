// One layer on an executor thread: its kernel, compiled at its first block, and its operands'
// shapes. These follow from the layers and are not sent with each task, except for dynamic values.
import { assert } from "../../base/assert.js";
import { type Block, contiguousBlock } from "../../base/block.js";
import { type DType, itemBytes, typedView } from "../../base/dtype.js";
import { dependencyMap } from "../../graph/dependencies/dependencies.js";
import type { DependencyMap } from "../../graph/dependencies/dependency-map.js";
import { type CutMap, operandCuts } from "../../graph/dependencies/regions.js";
import { blockIndexOf, blockShape, sizeOf } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import type { DynamicResult } from "../../kernels/blocks/kernel.js";
import { copyBlock, isContiguous } from "../../kernels/programs/copy-block.js";
import { classBytes } from "../values/size-classes.js";
import type { CallKernel } from "./call-kernel.js";
import { dynamicLayerKernel, type LayerKernel, layerKernel } from "./layer-kernel.js";

/** A result whose size its kernel decided. */
export interface DynamicOutput {
  /**
   * Memory of its own with its bytes, C-contiguous from the first on; absent where it is in the
   * task's room.
   */
  readonly buffer?: SharedArrayBuffer;
  readonly shape: readonly number[];
  /** The start of each part along the first axis, if it has parts. */
  readonly partStarts?: readonly number[];
}

/** A dynamic result, or the bytes of a small value. */
export type ThreadOutput = DynamicOutput | Uint8Array;

/** The elements of a value that an operand consists of, if they do not follow from the layers. */
export interface OperandForm {
  /** Where it begins along the value's first axis. */
  readonly start: number;
  readonly shape: readonly number[];
}

/** A place in memory that threads share. */
export interface BufferPlace {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
}

/** Memory for a result of unknown size, used if the result fits. */
export interface Room extends BufferPlace {
  readonly bytes: number;
}

/** Where an operand is. */
export interface OperandPlace extends BufferPlace {
  /** Whether only the part that the block reads is there. */
  readonly isCut?: boolean;
}

/** The operands of a block. */
export interface OperandsInMemory {
  /** In kernel order. */
  readonly places: readonly OperandPlace[];
  /** Which elements each is, where that does not follow from the layers for all of them. */
  readonly forms?: readonly OperandForm[];
}

/** Computes blocks of one layer in shared memory. */
export class LayerRunner {
  readonly #layer: Layer;
  readonly #inputs: readonly Layer[];
  #reading: Reading | undefined;
  #kernel: LayerKernel | undefined;
  #dynamicKernel: CallKernel | undefined;

  /** The layer itself. */
  get layer(): Layer {
    return this.#layer;
  }

  constructor(layer: Layer, inputs: readonly Layer[]) {
    this.#layer = layer;
    this.#inputs = inputs;
  }

  /**
   * Computes block number `block` into `output`.
   *
   * @returns a promise where the layer has to wait for something, a file or a server
   */
  run(block: number, operands: OperandsInMemory, output: BufferPlace): void | Promise<void> {
    this.#kernel ??= layerKernel(this.#layer, this.#inputs);
    return this.#kernel(block, this.#blocks(block, operands), blockAt(this.#layer, block, output));
  }

  /**
   * Computes block number `block`, a dynamic result: in the room that it is given, or in memory of
   * its own.
   *
   * @returns a promise where a user's function does
   */
  runDynamic(
    block: number,
    operands: OperandsInMemory,
    room?: Room,
  ): ThreadOutput | Promise<ThreadOutput> {
    this.#dynamicKernel ??= dynamicLayerKernel(this.#layer, this.#inputs);
    const results = new ResultMemory(this.#layer, room);
    const allocate = (shape: readonly number[]) => results.allocate(shape);
    const result = this.#dynamicKernel(block, this.#blocks(block, operands), allocate);
    const deliver = (finished: DynamicResult) => this.#deliver(finished, results);
    return result instanceof Promise ? result.then(deliver) : deliver(result);
  }

  #deliver(result: DynamicResult, results: ResultMemory): ThreadOutput {
    const { dtype } = this.#layer;
    assert(result.block.dtype === dtype, `a block of ${this.#layer.name} has another dtype`);
    const small = this.#smallValue(result);
    if (small !== undefined) return small;
    const whole = results.wholeOf(result.block);
    const { shape } = whole;
    const parts = result.partStarts === undefined ? {} : { partStarts: result.partStarts };
    if (results.isRoom(whole)) return { shape, ...parts };
    return { buffer: whole.data.buffer as SharedArrayBuffer, shape, ...parts };
  }

  /** The bytes of a value that is sent with others. */
  #smallValue({ block, partStarts }: DynamicResult): Uint8Array | undefined {
    const { data, offset, shape } = block;
    const [bytes = 0] = shape;
    const isSmall =
      this.#layer.holds === "values" && partStarts === undefined && bytes <= SMALL_VALUE_BYTES_MAX;
    if (!isSmall || shape.length !== 1 || !isContiguous(block)) return undefined;
    return (data as Uint8Array).subarray(offset, offset + bytes);
  }

  #blocks(block: number, { places, forms }: OperandsInMemory): Block[] {
    this.#reading ??= {
      dependencies: dependencyMap(this.#layer, this.#inputs),
      cuts: operandCuts(this.#layer, this.#inputs),
    };
    const { dependencies, cuts } = this.#reading;
    const isAnyCut = forms === undefined && places.some(({ isCut }) => isCut);
    const parts = isAnyCut ? cuts?.(block) : undefined;
    const blocks: Block[] = [];
    dependencies(block, (input, inputBlock) => {
      const k = blocks.length;
      const place = places[k] as OperandPlace;
      // Calls may read results of earlier calls of their own layer.
      const layer = this.#inputs[input] ?? this.#layer;
      const form = forms?.[k];
      const part = place.isCut === true ? parts?.[k] : undefined;
      if (form !== undefined) blocks.push(formAt(layer, form, place));
      else if (part !== undefined && "shape" in part) blocks.push(viewAt(layer, part.shape, place));
      else blocks.push(blockAt(layer, inputBlock, place));
    });
    return blocks;
  }
}

/** Values up to this size, many of them small, are sent together. */
const SMALL_VALUE_BYTES_MAX = 4096;

/**
 * The memory that a kernel gets for a result whose size it decides: the room first, then memory of
 * its own.
 */
class ResultMemory {
  readonly #layer: Layer;
  readonly #room: Room | undefined;
  readonly #made = new Set<unknown>();
  #inRoom: Block | undefined;

  constructor(layer: Layer, room: Room | undefined) {
    this.#layer = layer;
    this.#room = room;
  }

  allocate(shape: readonly number[]): Block {
    const { dtype, holds } = this.#layer;
    const size = sizeOf(shape);
    if (holds === "values" && size <= SMALL_VALUE_BYTES_MAX) {
      return contiguousBlock(dtype, new Uint8Array(size), shape);
    }
    const room = this.#inRoom === undefined ? this.#room : undefined;
    if (room !== undefined && size * itemBytes(dtype) <= room.bytes) {
      this.#inRoom = viewAt(this.#layer, shape, room);
      return this.#inRoom;
    }
    const fresh = freshBlock(dtype, shape);
    this.#made.add(fresh.data.buffer);
    return fresh;
  }

  /**
   * The block where it can be handed over: it has that memory to itself, and begins where that
   * begins.
   */
  wholeOf(block: Block): Block {
    const isFirst = this.#made.has(block.data.buffer) && block.offset === 0;
    if ((isFirst || this.isRoom(block)) && isContiguous(block)) return block;
    const whole = this.allocate(block.shape);
    copyBlock(block, whole);
    return whole;
  }

  /** Whether it begins where the room begins. */
  isRoom({ data, offset }: Block): boolean {
    const room = this.#inRoom?.data;
    return data.buffer === room?.buffer && data.byteOffset === room.byteOffset && offset === 0;
  }
}

/** Facts about a layer's reads, computed once. */
interface Reading {
  readonly dependencies: DependencyMap;
  readonly cuts: CutMap | undefined;
}

/** The block of `layer` whose bytes begin at `place`. */
function blockAt(layer: Layer, block: number, place: BufferPlace): Block {
  return viewAt(layer, blockShape(layer.chunks, blockIndexOf(layer.chunks, block)), place);
}

/** Elements of `layer` of this shape, whose bytes begin at `place`. */
function viewAt({ dtype }: Layer, shape: readonly number[], place: BufferPlace): Block {
  const data = typedView(dtype, place.buffer, place.byteOffset, sizeOf(shape));
  return contiguousBlock(dtype, data, shape);
}

/** The elements of a form out of a value whose bytes begin at `place`. */
function formAt(layer: Layer, { start, shape }: OperandForm, place: BufferPlace): Block {
  if (start === 0) return viewAt(layer, shape, place);
  const rowBytes = sizeOf(shape.slice(1)) * itemBytes(layer.dtype);
  const { buffer, byteOffset } = place;
  return viewAt(layer, shape, { buffer, byteOffset: byteOffset + start * rowBytes });
}

/** A block in shared memory of a size that the pool keeps. */
function freshBlock(dtype: DType, shape: readonly number[]): Block {
  const size = sizeOf(shape);
  const buffer = new SharedArrayBuffer(classBytes(size * itemBytes(dtype)));
  return contiguousBlock(dtype, typedView(dtype, buffer, 0, size), shape);
}
