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
import type { Allocate, DynamicResult } from "../../kernels/blocks/kernel.js";
import { copyBlock, isContiguous } from "../../kernels/programs/copy-block.js";
import { classBytes } from "../values/size-classes.js";
import type { CallKernel } from "./call-kernel.js";
import { dynamicLayerKernel, type LayerKernel, layerKernel } from "./layer-kernel.js";

/** A result whose size its kernel decided, in memory that is its own. */
export interface DynamicOutput {
  /** Its bytes are here from the first on, C-contiguous. */
  readonly buffer: SharedArrayBuffer;
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
   * Computes block number `block`, a dynamic result, in memory of its own.
   *
   * @returns a promise where a user's function does
   */
  runDynamic(block: number, operands: OperandsInMemory): ThreadOutput | Promise<ThreadOutput> {
    const { dtype, holds } = this.#layer;
    this.#dynamicKernel ??= dynamicLayerKernel(this.#layer, this.#inputs);
    const made = new Set<unknown>();
    const allocate = (shape: readonly number[]) => {
      const isSmall = holds === "values" && sizeOf(shape) <= SMALL_VALUE_BYTES_MAX;
      if (isSmall) return contiguousBlock(dtype, new Uint8Array(sizeOf(shape)), shape);
      const fresh = freshBlock(dtype, shape);
      made.add(fresh.data.buffer);
      return fresh;
    };
    const result = this.#dynamicKernel(block, this.#blocks(block, operands), allocate);
    const deliver = (finished: DynamicResult) => this.#deliver(finished, made, allocate);
    return result instanceof Promise ? result.then(deliver) : deliver(result);
  }

  #deliver(result: DynamicResult, made: ReadonlySet<unknown>, allocate: Allocate): ThreadOutput {
    const { dtype } = this.#layer;
    assert(result.block.dtype === dtype, `a block of ${this.#layer.name} has another dtype`);
    const small = this.#smallValue(result);
    if (small !== undefined) return small;
    // It is handed over without a copy if it has the memory to itself, from its beginning.
    const { data, offset } = result.block;
    const isOwn = made.has(data.buffer) && offset === 0 && isContiguous(result.block);
    const whole = isOwn ? result.block : allocate(result.block.shape);
    if (!isOwn) copyBlock(result.block, whole);
    const buffer = whole.data.buffer as SharedArrayBuffer;
    const { partStarts } = result;
    return { buffer, shape: whole.shape, ...(partStarts === undefined ? {} : { partStarts }) };
  }

  /** The bytes of a value that travels with others. */
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

/** Values up to this size, many of them small, travel together. */
const SMALL_VALUE_BYTES_MAX = 4096;

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
