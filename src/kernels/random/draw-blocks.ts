// Blocks of random numbers of any distribution. An element depends on the seed and on its position
// in the whole array, never on its block.
import { defined } from "../../base/assert.js";
import type { Block } from "../../base/block.js";
import { blockIndexOf, type Chunks, shapeOf } from "../../graph/model/chunks.js";
import {
  checkParameters,
  type Draw,
  drawsNaN,
  type ListDraw,
} from "../../graph/model/distribution.js";
import type { LayerOperand, SourceLayer } from "../../graph/model/layer.js";
import { sourceBox } from "../../graph/model/source-region.js";
import type { BlockKernel } from "../blocks/kernel.js";
import { loopRange } from "../programs/blockwise.js";
import { seedKey } from "../uniform/uniform.js";
import { forEachTile, TILE, type UniformSource } from "../uniform/uniform-source.js";
import { ElementStream } from "./element-stream.js";
import { listSampler } from "./list-samplers.js";
import type { Fill, Sample } from "./sampler.js";
import { SAMPLERS } from "./samplers.js";
import { halves, storeValues } from "./store-draws.js";
import { wideIntegerWriter } from "./wide-integers.js";

/** Draws one element after the other, of `width` numbers each. */
type DrawLoop = (sample: Sample, width: number, ...rest: Parameters<Fill>) => void;

/** The loop in a text of its own for each distribution: shared, it would never be inlined into. */
function elementwiseFill(name: string, sample: Sample, width: number): Fill {
  const loop = new Function(
    "sample, width, stream, values, at, count, position",
    `"use strict"; // ${name}
    for (let i = 0; i < count; i++) {
      stream.begin(position + i, (at + i) * width, width);
      values[at + i] = sample(stream);
    }`,
  ) as DrawLoop;
  return (stream, values, at, count, position) =>
    loop(sample, width, stream, values, at, count, position);
}

/** The kernel of a source whose parameters are the same for all elements. */
export function compileDraw(draw: Draw, layer: SourceLayer, source: UniformSource): BlockKernel {
  const { distribution, seed } = draw;
  const { width, prepare, prepareFill } = SAMPLERS[distribution];
  const parameters = draw.parameters.map((value) =>
    defined(value ?? undefined, `a parameter of ${distribution}`),
  );
  const fill: Fill = drawsNaN(distribution, parameters)
    ? (_stream, values, at, count) => values.fill(Number.NaN, at, at + count)
    : (prepareFill?.(...parameters) ??
      elementwiseFill(distribution, prepare(...parameters), width));
  const stream = new ElementStream(seedKey(seed), source.tile);
  const uniforms = { seed, low: 0, width: 1 };
  const values = new Float64Array(TILE);
  return (block, _operands, output) => {
    const { shape, starts: offsets, lengths: extents } = sourceBox(layer, block);
    if (extents.includes(0)) return;
    let at = output.offset;
    const visit = (rows: number, length: number, first: number, pitch: number) => {
      if (width > 0) source.fill(uniforms, rows, width * length, width * first, width * pitch);
      for (let row = 0; row < rows; row++) {
        fill(stream, values, row * length, length, first + row * pitch);
      }
      storeValues(values, rows * length, output, at);
      at += rows * length;
    };
    forEachTile(shape, { offsets, extents }, visit, Math.floor(TILE / Math.max(width, 1)));
  };
}

/** The kernel of a routine whose operands are the parameters that draw has null for. */
export function compileParameterDraw(
  draw: Draw,
  { chunks, operands }: { readonly chunks: Chunks; readonly operands: readonly LayerOperand[] },
  source: UniformSource,
): BlockKernel {
  const { distribution, seed } = draw;
  const { width, prepare } = SAMPLERS[distribution];
  const stream = new ElementStream(seedKey(seed), source.tile);
  const uniforms = { seed, low: 0, width: 1 };
  const values = new Float64Array(TILE);
  const shape = shapeOf(chunks);
  const varying = draw.parameters.flatMap((value, i) => (value === null ? [i] : []));
  return (block, blocks, output) => {
    const range = loopRange(chunks, blockIndexOf(chunks, block));
    if (range.extents.includes(0)) return;
    const readers = blocks.map((operand, i) =>
      broadcastReader(operand, operands[i]?.axes ?? [], range.extents),
    );
    const parameters = draw.parameters.map((value) => value ?? Number.NaN);
    let sample: Sample | undefined;
    let at = 0;
    const visit = (rows: number, length: number, first: number, pitch: number) => {
      source.fill(uniforms, rows, width * length, width * first, width * pitch);
      for (let i = 0; i < rows * length; i++) {
        let changed = sample === undefined;
        varying.forEach((parameter, k) => {
          const value = (readers[k] as (n: number) => number)(at + i);
          changed ||= !Object.is(parameters[parameter], value);
          parameters[parameter] = value;
        });
        if (changed) {
          checkParameters(distribution, parameters);
          sample = drawsNaN(distribution, parameters) ? () => Number.NaN : prepare(...parameters);
        }
        const row = Math.floor(i / length);
        stream.begin(first + row * pitch + (i - row * length), i * width, width);
        values[i] = (sample as Sample)(stream);
      }
      storeValues(values, rows * length, output, output.offset + at);
      at += rows * length;
    };
    forEachTile(shape, range, visit, Math.floor(TILE / width));
  };
}

/** Reads the element that an operand has for element n of the output, row-major. */
function broadcastReader(
  { data, stride, offset }: Block,
  axes: readonly number[],
  extents: readonly number[],
): (n: number) => number {
  const steps = extents.map((_, axis) => {
    const own = axes.indexOf(axis);
    return own < 0 ? 0 : (stride[own] as number);
  });
  return (n) => {
    let at = offset;
    let rest = n;
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      const extent = extents[axis] as number;
      const index = rest % extent;
      at += index * (steps[axis] as number);
      rest = (rest - index) / extent;
    }
    return data[at] as number;
  };
}

/** The kernel of a source of draws with lists. */
export function compileListDraw(
  draw: ListDraw,
  seed: number,
  layer: SourceLayer,
  source: UniformSource,
): BlockKernel {
  const stream = new ElementStream(seedKey(seed), source.tile);
  const uniforms = { seed, low: 0, width: 1 };
  const { length, width, write } = listWriter(draw);
  // Elements that are lists have the last axis to themselves, in one block.
  const lists = length === undefined ? undefined : -1;
  return (block, _operands, output) => {
    const box = sourceBox(layer, block);
    const [shape, offsets, extents] = [box.shape, box.starts, box.lengths].map((axes) =>
      axes.slice(0, lists),
    ) as [number[], number[], number[]];
    if (extents.includes(0)) return;
    let at = output.offset;
    const visit = (rows: number, count: number, first: number, pitch: number) => {
      source.fill(uniforms, rows, width * count, width * first, width * pitch);
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < count; i++) {
          stream.begin(first + row * pitch + i, (row * count + i) * width, width);
          write(stream, output, at);
          at += length ?? 1;
        }
      }
    };
    forEachTile(shape, { offsets, extents }, visit, Math.floor(TILE / Math.max(width, 1)));
  };
}

interface ListWriter {
  /** The length of the last axis; undefined where elements are single numbers. */
  readonly length: number | undefined;
  readonly width: number;
  readonly write: (stream: ElementStream, output: Block, at: number) => void;
}

function listWriter(draw: ListDraw): ListWriter {
  if (draw.name === "wideIntegers") {
    const write = wideIntegerWriter(draw.low, draw.span);
    return {
      length: undefined,
      width: 2,
      write: (stream, output, at) => write(stream, halves(output, at, 1), 0),
    };
  }
  const sampler = listSampler(draw);
  const values = new Float64Array(sampler.length);
  return {
    length: draw.name === "categorical" ? undefined : sampler.length,
    width: sampler.width,
    write(stream, output, at) {
      sampler.draw(stream, values);
      storeValues(values, values.length, output, at);
    },
  };
}
