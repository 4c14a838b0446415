// One layer on an executor thread: its kernel, compiled at its first block, and the shapes of what
// it reads, which follow from the layers and need not be sent with each task.
import { type Block, contiguousBlock } from "../base/block.js";
import { typedView } from "../base/dtype.js";
import { blockIndexOf, blockShape, sizeOf } from "../graph/chunks.js";
import { dependencyMap } from "../graph/dependencies.js";
import type { Layer, SourceLayer } from "../graph/layer.js";
import { type BlockKernel, compileLayer } from "../kernels/compile-layer.js";
import { readNpyBlock } from "./npy-source.js";

/** A place in shared memory. */
export interface MemoryPlace {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
}

/** Computes blocks of one layer in shared memory. */
export class LayerRunner {
  readonly #layer: Layer;
  readonly #inputs: readonly Layer[];
  #compiled: { kernel: BlockKernel; dependencies: ReturnType<typeof dependencyMap> } | undefined;

  constructor(layer: Layer, inputs: readonly Layer[]) {
    this.#layer = layer;
    this.#inputs = inputs;
  }

  /** Computes block number `block` into `output`; `operands` stand in kernel order. */
  run(block: number, operands: readonly MemoryPlace[], output: MemoryPlace): void {
    this.#compiled ??= {
      kernel: kernelOf(this.#layer, this.#inputs),
      dependencies: dependencyMap(this.#layer, this.#inputs),
    };
    const { kernel, dependencies } = this.#compiled;
    const blocks: Block[] = [];
    dependencies(block, (input, inputBlock) => {
      const place = operands[blocks.length] as MemoryPlace;
      blocks.push(blockAt(this.#inputs[input] as Layer, inputBlock, place));
    });
    kernel(block, blocks, blockAt(this.#layer, block, output));
  }
}

/** The block of `layer` whose bytes begin at `place`. */
function blockAt(layer: Layer, block: number, place: MemoryPlace): Block {
  const shape = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  const data = typedView(layer.dtype, place.buffer, place.byteOffset, sizeOf(shape));
  return contiguousBlock(layer.dtype, data, shape);
}

function kernelOf(layer: Layer, inputs: readonly Layer[]): BlockKernel {
  if (layer.kind === "source" && layer.generator.type === "npy") {
    return (block, _operands, output) => readNpyBlock(layer as SourceLayer, block, output);
  }
  return compileLayer(layer, inputs);
}
