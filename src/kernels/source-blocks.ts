// Blocks of sources other than random ones: constants, ranges, the identity, and data that the
// layer carries.
import { type Block, contiguousBlock } from "../base/block.js";
import { isBigInt, type Scalar } from "../base/dtype.js";
import { InvariantError } from "../base/errors.js";
import { contiguousStrides, shapeOf } from "../graph/model/chunks.js";
import type { SourceLayer } from "../graph/model/layer.js";
import type { SourceGenerator } from "../graph/model/source-generator.js";
import { sourceBox } from "../graph/model/source-region.js";
import type { BlockKernel, LoopRange } from "./blocks/kernel.js";
import { elementWriter, fillElements } from "./blocks/scalar-values.js";
import { copyBlock, subBlock } from "./programs/copy-block.js";
import { compileRandom } from "./random/random-blocks.js";

type Fill = (range: LoopRange, output: Block) => void;

/** The kernel of a source. */
export function compileSource(layer: SourceLayer): BlockKernel {
  const { generator } = layer;
  switch (generator.type) {
    case "uniform":
    case "draw":
    case "listDraw":
      return compileRandom(layer, generator);
  }
  const fill = sourceFill(layer, generator);
  return (block, _operands, output) => {
    const { starts, lengths } = sourceBox(layer, block);
    fill({ offsets: starts, extents: lengths }, output);
  };
}

function sourceFill(layer: SourceLayer, generator: SourceGenerator): Fill {
  switch (generator.type) {
    case "full":
      return (range, output) => fillElements(output, generator.value, 0, sizeOf(range));
    case "arange":
      return wholeRange(layer, generator) ?? along(arange(generator));
    case "linspace":
      return along(linspace(generator));
    case "eye":
      return (range, output) => fillEye(generator.offset, range, output);
    case "data": {
      const shape = layer.region?.shape ?? shapeOf(layer.chunks);
      const whole = contiguousBlock(layer.dtype, generator.data, shape);
      return ({ offsets, extents }, output) => {
        const target = { ...output, shape: extents, stride: contiguousStrides(extents) };
        copyBlock(subBlock(whole, offsets, extents), target);
      };
    }
    default:
      throw new InvariantError(`a source of type ${generator.type} is not computed by kernels`);
  }
}

function sizeOf(range: LoopRange): number {
  return range.extents.reduce((size, extent) => size * extent, 1);
}

/** A one-dimensional source whose values follow from their positions. */
function along(valueAt: (position: number) => Scalar): Fill {
  return (range, output) => {
    const [extent = 0] = range.extents;
    const [start = 0] = range.offsets;
    const write = elementWriter(output);
    for (let i = 0; i < extent; i++) write(valueAt(start + i), i);
  };
}

function arange({ start, step }: Extract<SourceGenerator, { type: "arange" }>) {
  if (typeof start === "bigint" && typeof step === "bigint") {
    return (position: number) => start + step * BigInt(position);
  }
  return (position: number) => Number(start) + Number(step) * position;
}

/**
 * A range of 64-bit integers that are all below 2^53, written as two words each: BigInts take
 * twenty times as long. Undefined where numbers may be larger.
 */
function wholeRange(
  { dtype, chunks, region }: SourceLayer,
  { start, step }: Extract<SourceGenerator, { type: "arange" }>,
): Fill | undefined {
  const [first, by] = [Number(start), Number(step)];
  const last = first + by * sizeOf({ extents: region?.shape ?? shapeOf(chunks), offsets: [] });
  if (!isBigInt(dtype) || ![first, by, last].every(Number.isSafeInteger)) return undefined;
  return ({ offsets: [at = 0], extents: [count = 0] }, { data, offset }) => {
    const bytes = data.byteOffset + 8 * offset;
    const words = new Uint32Array(data.buffer as ArrayBuffer, bytes, 2 * count);
    for (let i = 0; i < count; i++) {
      const value = first + by * (at + i);
      words[2 * i] = value;
      words[2 * i + 1] = Math.floor(value / 2 ** 32);
    }
  };
}

function linspace(generator: Extract<SourceGenerator, { type: "linspace" }>) {
  const { start, stop, count, endpoint } = generator;
  const intervals = Math.max(endpoint ? count - 1 : count, 1);
  const step = (stop - start) / intervals;
  return (position: number) => {
    if (endpoint && count > 1 && position === count - 1) return stop;
    return position * step + start;
  };
}

function fillEye(diagonal: number, range: LoopRange, output: Block): void {
  const [rows = 0, columns = 0] = range.extents;
  const [firstRow = 0, firstColumn = 0] = range.offsets;
  fillElements(output, 0, 0, rows * columns);
  for (let row = 0; row < rows; row++) {
    const column = firstRow + row + diagonal - firstColumn;
    if (column >= 0 && column < columns) fillElements(output, 1, row * columns + column, 1);
  }
}
