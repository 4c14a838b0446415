// Elements replaced at points along several axes: each block takes those that are in it, so that
// few points of a large array cost little.
import { blockOffsets, numBlocks, shapeOf, sizeOf } from "../../../graph/model/chunks.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { rechunkTo } from "../../layers/rechunk-layer.js";
import { routineNode } from "../../layers/take-layer.js";
import type { ListedPoints } from "../index-lists.js";

/** Points are few where there are as many places for each of them. */
const PLACES_EACH = 4;

/** Whether points along several axes are few among all places of these axes. */
export function areSparse({ axes, indices }: ListedPoints, shape: readonly number[]): boolean {
  const places = sizeOf(axes.map((axis) => shape[axis] as number));
  return axes.length > 1 && PLACES_EACH * (indices[0]?.length ?? 0) < places;
}

/**
 * `x` with `value` at `points`; where a place is named twice, the last counts.
 *
 * @param value has the axes of `x` that are not indexed, and that of the points at `place`; any may
 * have length 1
 */
export function setAtPoints(
  x: ChunkedArray,
  points: ListedPoints,
  value: ChunkedArray,
  place: number,
): ChunkedArray {
  const { axes } = points;
  const others = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const isOne = value.shape.map((length) => length === 1);
  const along = others.toSpliced(place, 0, -1);
  const chunks = along.map((axis, i) =>
    axis < 0 || isOne[i] ? [value.shape[i] as number] : (x.chunks[axis] as readonly number[]),
  );
  const operands = [
    { node: x.node, axes: [...x.shape.keys()] },
    {
      node: rechunkTo(value, chunks).node,
      axes: along.map((axis, i) => (isOne[i] ? -1 : axis)),
    },
  ];
  const routine = { name: "setPoints", ...pointsByCell(x, points), place } as const;
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, x.dtype));
}

/** The points by the blocks that they are in, each of these in the order given. */
function pointsByCell({ chunks }: ChunkedArray, { axes, indices }: ListedPoints) {
  const blocks = numBlocks(chunks);
  const counts = axes.map((axis) => blocks[axis] as number);
  const strides = axes.map((axis) => sizeOf(blocks.slice(axis + 1)));
  const lookups = axes.map((axis) => placesAlong(chunks[axis] as readonly number[]));
  const count = indices[0]?.length ?? 0;
  const [cells, places] = [new Int32Array(count), new Float64Array(count)];
  const starts = new Int32Array(sizeOf(counts) + 1);
  for (let point = 0; point < count; point++) {
    let [cell, place] = [0, 0];
    for (const [k, { blockAt, offsets, lengths }] of lookups.entries()) {
      const position = Number(indices[k]?.[point]);
      const block = blockAt[position] as number;
      cell = cell * (counts[k] as number) + block;
      place = place * (lengths[block] as number) + position - (offsets[block] as number);
    }
    cells[point] = cell;
    places[point] = place;
    starts[cell + 1] = (starts[cell + 1] as number) + 1;
  }
  for (let cell = 1; cell < starts.length; cell++) {
    starts[cell] = (starts[cell] as number) + (starts[cell - 1] as number);
  }
  const [at, rows] = [new Float64Array(count), new Int32Array(count)];
  const next = starts.slice();
  for (let point = 0; point < count; point++) {
    const cell = cells[point] as number;
    const to = next[cell] as number;
    next[cell] = to + 1;
    at[to] = places[point] as number;
    rows[to] = point;
  }
  return { axes, counts, strides, starts, at, rows };
}

/** Per position along an axis, the number of its block. */
function placesAlong(lengths: readonly number[]) {
  const offsets = blockOffsets(lengths);
  const blockAt = new Int32Array(sizeOf(shapeOf([lengths])));
  lengths.forEach((length, block) => {
    const start = offsets[block] as number;
    blockAt.fill(block, start, start + length);
  });
  return { lengths, offsets, blockAt };
}
