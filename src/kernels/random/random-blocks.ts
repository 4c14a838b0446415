// Blocks of random numbers. The number at a position is a function of the seed and of that position
// in the whole array (row-major), so it does not depend on chunks, threads or workers. Uniform
// numbers go straight to the block; those of other distributions are draw-blocks.ts.
import { type Block, setElements } from "../../base/block.js";
import type { RoutineLayer, SourceLayer } from "../../graph/model/layer.js";
import type { Routine } from "../../graph/model/routine.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { sourceBox } from "../../graph/model/source-region.js";
import type { BlockKernel } from "../blocks/kernel.js";
import { forEachTile, uniformSource } from "../uniform/uniform-source.js";
import { compileDraw, compileListDraw, compileParameterDraw } from "./draw-blocks.js";

type RandomGenerator = Extract<SourceGenerator, { type: "uniform" | "draw" | "listDraw" }>;
type Uniform = Extract<SourceGenerator, { type: "uniform" }>;

/** The kernel of a random source. */
export function compileRandom(layer: SourceLayer, generator: RandomGenerator): BlockKernel {
  switch (generator.type) {
    case "uniform":
      return compileUniform(layer, generator);
    case "draw":
      return compileDraw(generator.draw, layer, uniformSource());
    case "listDraw":
      return compileListDraw(generator.draw, generator.seed, layer, uniformSource());
  }
}

/** The kernel of a routine that draws with parameters of each element. */
export function compileDrawRoutine(
  { draw }: Extract<Routine, { name: "draw" }>,
  layer: RoutineLayer,
): BlockKernel {
  return compileParameterDraw(draw, layer, uniformSource());
}

function compileUniform(layer: SourceLayer, generator: Uniform): BlockKernel {
  const { dtype } = layer;
  const { seed, low, high } = generator;
  const stream =
    dtype === "float64" ? { seed, low, width: high - low } : { seed, low: 0, width: 1 };
  return (block, _operands, output) => {
    const { shape, starts: offsets, lengths: extents } = sourceBox(layer, block);
    if (extents.includes(0)) return;
    const source = uniformSource(output.data as Float64Array);
    let at = output.offset;
    forEachTile(shape, { offsets, extents }, (rows, length, first, pitch) => {
      const place =
        output.dtype === "float64" ? source.placeOf(output.data as Float64Array, at) : undefined;
      source.fill(stream, rows, length, first, pitch, place);
      if (place === undefined) emit(generator, source.tile, rows * length, output, at);
      at += rows * length;
    });
  };
}

/** Writes `count` numbers of the tile to the output. */
function emit(
  { low, high }: Uniform,
  tile: Float64Array,
  count: number,
  { dtype, data }: Block,
  at: number,
): void {
  if (dtype === "float64") {
    setElements(data, count === tile.length ? tile : tile.subarray(0, count), at);
    return;
  }
  // 24 bits, rounded down: rounding to the nearest float32 could reach `high`.
  const step = (high - low) * 2 ** -24;
  for (let i = 0; i < count; i++) {
    data[at + i] = low + step * (((tile[i] as number) * 16_777_216) | 0);
  }
}
