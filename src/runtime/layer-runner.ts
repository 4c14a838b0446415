// One layer on an executor thread: its kernel, compiled at its first block, and the shapes of what
// it reads, which follow from the layers and need not be sent with each task.
import { defined } from "../base/assert.js";
import { type Block, contiguousBlock } from "../base/block.js";
import { typedView } from "../base/dtype.js";
import { blockIndexOf, blockShape, sizeOf } from "../graph/chunks.js";
import { type DependencyMap, dependencyMap } from "../graph/dependencies.js";
import type { Layer } from "../graph/layer.js";
import { operandRegions, type RegionMap } from "../graph/regions.js";
import { type LayerKernel, layerKernel } from "./layer-kernel.js";

/** A place in shared memory. */
export interface MemoryPlace {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
}

/** Where an operand lies. */
export interface OperandPlace extends MemoryPlace {
  /** Whether only the part that the block reads lies there. */
  readonly isCut?: boolean;
}

/** Computes blocks of one layer in shared memory. */
export class LayerRunner {
  readonly #layer: Layer;
  readonly #inputs: readonly Layer[];
  #compiled: Compiled | undefined;

  constructor(layer: Layer, inputs: readonly Layer[]) {
    this.#layer = layer;
    this.#inputs = inputs;
  }

  /**
   * Computes block number `block` into `output`; `operands` stand in kernel order.
   *
   * @returns a promise where the layer has to wait for something, a file or a server
   */
  run(block: number, operands: readonly OperandPlace[], output: MemoryPlace): void | Promise<void> {
    this.#compiled ??= {
      kernel: layerKernel(this.#layer, this.#inputs),
      dependencies: dependencyMap(this.#layer, this.#inputs),
      regions: operandRegions(this.#layer, this.#inputs),
    };
    const { kernel, dependencies } = this.#compiled;
    const regions = operands.some(({ isCut }) => isCut) ? this.#compiled.regions?.(block) : [];
    const blocks: Block[] = [];
    dependencies(block, (input, inputBlock) => {
      const k = blocks.length;
      const place = operands[k] as OperandPlace;
      const layer = this.#inputs[input] as Layer;
      const part =
        place.isCut === true ? defined(regions?.[k], "the part of an operand") : undefined;
      blocks.push(part ? viewAt(layer, part.shape, place) : blockAt(layer, inputBlock, place));
    });
    return kernel(block, blocks, blockAt(this.#layer, block, output));
  }
}

/** What is worked out once about a layer. */
interface Compiled {
  readonly kernel: LayerKernel;
  readonly dependencies: DependencyMap;
  readonly regions: RegionMap | undefined;
}

/** The block of `layer` whose bytes begin at `place`. */
function blockAt(layer: Layer, block: number, place: MemoryPlace): Block {
  return viewAt(layer, blockShape(layer.chunks, blockIndexOf(layer.chunks, block)), place);
}

/** Elements of `layer` of this shape, whose bytes begin at `place`. */
function viewAt(layer: Layer, shape: readonly number[], place: MemoryPlace): Block {
  const data = typedView(layer.dtype, place.buffer, place.byteOffset, sizeOf(shape));
  return contiguousBlock(layer.dtype, data, shape);
}
