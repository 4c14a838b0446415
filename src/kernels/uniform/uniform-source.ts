// Tiles of uniform numbers, and how a block is cut into them. The generator itself is
// assembly/random.ts and uniform.ts; kernels/random/ uses the numbers.
import { contiguousStrides } from "../../graph/model/chunks.js";
import type { LoopRange } from "../blocks/kernel.js";
import { RANDOM_BYTES, type TileMemory, tileMemory } from "../tiles/tile-memory.js";
import { randomWasm } from "../wasm/generated/random-wasm.js";
import { hasWasm, instantiateIn } from "../wasm/wasm-instances.js";
import { seedKey, type UniformRange, uniformRun } from "./uniform.js";

/**
 * Elements that are generated at a time: they stay in the fastest cache until they are copied out.
 */
export const TILE = 2048;
/** Working memory of the generator, before the tile. */
const WORK_BYTES = RANDOM_BYTES - TILE * 8;

/** Makes numbers, tile by tile. */
export interface UniformSource {
  readonly tile: Float64Array;
  /**
   * Writes `rows` rows of `length` numbers of a stream one after the other; row r has the numbers
   * at positions `first + r * pitch` and on.
   *
   * @param place where they go, by {@link placeOf}; default: `tile`
   */
  fill(
    stream: UniformRange,
    rows: number,
    length: number,
    first: number,
    pitch: number,
    place?: number,
  ): void;
  /** The place of an array's elements from number `at` on, when the generator can write there. */
  placeOf(data: Float64Array, at: number): number | undefined;
}

interface RandomFunctions {
  fillRows(
    work: number,
    out: number,
    rows: number,
    length: number,
    first: number,
    pitch: number,
    seedLow: number,
    seedHigh: number,
    low: number,
    width: number,
  ): void;
}

/** The fast generator, in WebAssembly. */
export function wasmUniformSource(
  { memory, scratchByteOffset: work }: TileMemory = tileMemory(),
): UniformSource {
  const { fillRows } = instantiateIn<RandomFunctions>(randomWasm, memory);
  const tilePlace = work + WORK_BYTES;
  return {
    tile: new Float64Array(memory.buffer, tilePlace, TILE),
    fill({ seed, low, width }, rows, length, first, pitch, place = tilePlace) {
      const [key0, key1] = seedKey(seed);
      fillRows(work, place, rows, length, first, pitch, key0, key1, low, width);
    },
    placeOf(data, at) {
      return data.buffer === memory.buffer ? data.byteOffset + 8 * at : undefined;
    },
  };
}

/** The generator in plain JavaScript: the same numbers, many times slower. */
export function jsUniformSource(): UniformSource {
  const tile = new Float64Array(TILE);
  return {
    tile,
    fill(stream, rows, length, first, pitch, place = 0) {
      for (let row = 0; row < rows; row++) {
        uniformRun(stream, first + row * pitch, tile, place / 8 + row * length, length);
      }
    },
    placeOf: () => undefined,
  };
}

const made = new WeakMap<TileMemory, UniformSource>();
let plain: UniformSource | undefined;

/** The generator that works in `memory`; its tile is used again by every block. */
export function uniformSourceIn(memory: TileMemory): UniformSource {
  let source = made.get(memory);
  if (source === undefined) made.set(memory, (source = wasmUniformSource(memory)));
  return source;
}

/** The generator of this thread, in the memory that has most of `data`. */
export function uniformSource(...data: readonly Float64Array[]): UniformSource {
  return hasWasm() ? uniformSourceIn(tileMemory(data)) : (plain ??= jsUniformSource());
}

/**
 * Cuts a block into tiles of at most `tileElements` elements, in row-major order: rows of
 * consecutive positions at a constant distance from each other.
 */
export function forEachTile(
  shape: readonly number[],
  range: LoopRange,
  visit: (rows: number, length: number, first: number, pitch: number) => void,
  tileElements = TILE,
): void {
  const strides = contiguousStrides(shape);
  // Trailing axes that the block spans wholly make one run with the axis before them.
  let runAxis = Math.max(shape.length - 1, 0);
  while (runAxis > 0 && range.extents[runAxis] === shape[runAxis]) runAxis--;
  const length = range.extents.slice(runAxis).reduce((n, extent) => n * extent, 1);
  const rowAxis = runAxis - 1;
  const rows = rowAxis < 0 ? 1 : (range.extents[rowAxis] as number);
  const pitch = rowAxis < 0 ? 0 : (strides[rowAxis] as number);
  const rowsPerTile = Math.max(1, Math.floor(tileElements / length));
  const outer = range.extents.slice(0, Math.max(rowAxis, 0));
  const outerCount = outer.reduce((n, extent) => n * extent, 1);
  const origin = range.offsets.reduce((p, o, axis) => p + o * (strides[axis] as number), 0);
  for (let n = 0; n < outerCount; n++) {
    let base = origin;
    let rest = n;
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const extent = outer[axis] as number;
      base += (rest % extent) * (strides[axis] as number);
      rest = Math.floor(rest / extent);
    }
    for (let row = 0; row < rows; row += rowsPerTile) {
      const first = base + row * pitch;
      const count = Math.min(rowsPerTile, rows - row);
      for (let from = 0; from < length; from += tileElements) {
        visit(count, Math.min(tileElements, length - from), first + from, pitch);
      }
    }
  }
}
