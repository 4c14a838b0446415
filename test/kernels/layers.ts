// Layers for kernel tests, and a small executor of one layer: runs every block of it by its kernel
// and puts the results together.
import { type Block, emptyBlock } from "../../src/base/block.js";
import type { DType, Scalar, TypedArray } from "../../src/base/dtype.js";
import { dependencyMap } from "../../src/graph/dependencies/dependencies.js";
import {
  blockCount,
  blockIndexOf,
  blockShape,
  shapeOf,
  sizeOf,
} from "../../src/graph/model/chunks.js";
import type { Layer, LayerName, SourceLayer } from "../../src/graph/model/layer.js";
import { nameLayer } from "../../src/graph/model/naming.js";
import { fillElements } from "../../src/kernels/blocks/scalar-values.js";
import { compileLayer } from "../../src/kernels/compile-layer.js";
import { loopRange } from "../../src/kernels/programs/blockwise.js";
import { copyBlock, subBlock } from "../../src/kernels/programs/copy-block.js";
import { elementsOf } from "./numeric-cases.js";

/** A source that carries `data`. */
export function dataSource(
  dtype: DType,
  data: TypedArray,
  chunks: readonly (readonly number[])[],
): SourceLayer {
  return nameLayer("data", {
    kind: "source",
    inputs: [],
    chunks,
    dtype,
    generator: { type: "data", data },
  });
}

/** Axis lengths cut into blocks of at most `size`. */
export function regular(shape: readonly number[], size: readonly number[]): number[][] {
  return shape.map((length, axis) => {
    const step = size[axis] as number;
    const blocks: number[] = [];
    for (let at = 0; at < length; at += step) blocks.push(Math.min(step, length - at));
    return blocks.length === 0 ? [0] : blocks;
  });
}

/** All blocks of `layers`' last one, each computed by its kernel from the blocks before. */
export function computeBlocks(layers: readonly Layer[]): Block[] {
  const blocks = new Map<LayerName, Block[]>();
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  for (const layer of layers) {
    const inputs = layer.inputs.map((input) => byName.get(input) as Layer);
    const kernel = compileLayer(layer, inputs);
    const dependencies = dependencyMap(layer, inputs);
    const made: Block[] = [];
    for (let block = 0; block < blockCount(layer.chunks); block++) {
      const operands: Block[] = [];
      dependencies(block, (input, number) => {
        operands.push((blocks.get(layer.inputs[input] as LayerName) as Block[])[number] as Block);
      });
      const output = emptyBlock(
        layer.dtype,
        blockShape(layer.chunks, blockIndexOf(layer.chunks, block)),
      );
      fillElements(output, 123, 0, sizeOf(output.shape));
      kernel(block, operands, output);
      made.push(output);
    }
    blocks.set(layer.name, made);
  }
  return blocks.get((layers.at(-1) as Layer).name) as Block[];
}

/** The whole array of `layers`' last one, as plain numbers. */
export function computeWhole(layers: readonly Layer[]): { shape: number[]; values: number[] } {
  const { shape, elements } = computeElements(layers);
  return { shape, values: elements.map(Number) };
}

/** The whole array of `layers`' last one. */
export function computeElements(layers: readonly Layer[]): { shape: number[]; elements: Scalar[] } {
  const layer = layers.at(-1) as Layer;
  const shape = shapeOf(layer.chunks);
  const whole = emptyBlock(layer.dtype, shape);
  computeBlocks(layers).forEach((block, n) => {
    const range = loopRange(layer.chunks, blockIndexOf(layer.chunks, n));
    copyBlock(block, subBlock(whole, range.offsets, range.extents));
  });
  return { shape, elements: elementsOf(whole) };
}
