// Blocks of sources other than random ones: constants, ranges, the identity, and data that the layer
// carries.
import { type Block, contiguousBlock } from "../base/block.js";
import { InvariantError } from "../base/errors.js";
import { blockIndexOf, shapeOf } from "../graph/chunks.js";
import type { Generator, SourceLayer } from "../graph/layer.js";
import { loopRange } from "./blockwise.js";
import type { BlockKernel } from "./compile-layer.js";
import { copyBlock, subBlock } from "./copy.js";
import type { LoopRange } from "./program-loop.js";
import { compileRandom } from "./random.js";
import { valueAs } from "./scalar-code.js";

type Fill = (range: LoopRange, output: Block) => void;

/** The kernel of a source. */
export function compileSource(layer: SourceLayer): BlockKernel {
  const { generator } = layer;
  if (generator.type === "uniform" || generator.type === "normal") {
    return compileRandom(layer, generator);
  }
  const fill = sourceFill(layer, generator);
  return (block, _operands, output) => {
    fill(loopRange(layer.chunks, blockIndexOf(layer.chunks, block)), output);
  };
}

function sourceFill(layer: SourceLayer, generator: Generator): Fill {
  switch (generator.type) {
    case "full": {
      const value = valueAs(layer.dtype, generator.value);
      return (range, { data, offset }) => {
        data.fill(value, offset, offset + sizeOf(range));
      };
    }
    case "arange":
      return along((position) => valueAs(layer.dtype, generator.start + generator.step * position));
    case "linspace":
      return along(linspace(generator));
    case "eye":
      return (range, output) => fillEye(generator.offset, range, output);
    case "data": {
      const whole = contiguousBlock(layer.dtype, generator.data, shapeOf(layer.chunks));
      return (range, output) => copyBlock(subBlock(whole, range.offsets, range.extents), output);
    }
    default:
      throw new InvariantError(`a source of type ${generator.type} is not computed by kernels`);
  }
}

function sizeOf(range: LoopRange): number {
  return range.extents.reduce((size, extent) => size * extent, 1);
}

/** A one-dimensional source whose values follow from their positions. */
function along(valueAt: (position: number) => number): Fill {
  return (range, { data, offset }) => {
    const [extent = 0] = range.extents;
    const [start = 0] = range.offsets;
    for (let i = 0; i < extent; i++) data[offset + i] = valueAt(start + i);
  };
}

function linspace(generator: Extract<Generator, { type: "linspace" }>) {
  const { start, stop, count, endpoint } = generator;
  const intervals = Math.max(endpoint ? count - 1 : count, 1);
  const step = (stop - start) / intervals;
  return (position: number) => {
    if (endpoint && count > 1 && position === count - 1) return stop;
    return position * step + start;
  };
}

function fillEye(diagonal: number, range: LoopRange, { data, offset }: Block): void {
  const [rows = 0, columns = 0] = range.extents;
  const [firstRow = 0, firstColumn = 0] = range.offsets;
  data.fill(0, offset, offset + rows * columns);
  for (let row = 0; row < rows; row++) {
    const column = firstRow + row + diagonal - firstColumn;
    if (column >= 0 && column < columns) data[offset + row * columns + column] = 1;
  }
}
