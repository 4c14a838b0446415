// Taking listed elements along an axis, and blocks of the grid. Lists in `x.slice(…)` are
// get-slice.ts.
import { type DType, isInteger } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { blockOffsets, type Chunks } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape, sameShape } from "../chunks/axes.js";
import { unifyChunks } from "../chunks/broadcast.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { readArrayData } from "../layers/array-data.js";
import { checkArrays, isChunkedArray } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { concatenate } from "../manipulation/concatenate.js";
import { ravel } from "../manipulation/reshape.js";
import { getSlice } from "./get-slice.js";
import { type IndexEntry, type IndexList, parseIndex } from "./parse-index.js";

/**
 * The slabs of `x` at listed positions along `axis`.
 *
 * @param indices positions, negative ones from the end; a list, or a chunked array of integers
 * along one axis, for which `x` gets one block along `axis`
 * @param axis the whole array in row-major order by default
 * @returns the dtype of `x`; as many elements along `axis` as positions
 * @chunks blocks about as long as those of `x` along the axis, longer where positions repeat much;
 * one task per block
 * @throws ArgumentError `argument.index` when a position is out of range, `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.take.html
 * @example await take(arange(6).reshape([2, 3]), [2, 0], 1).compute(); // → [[2, 0], [5, 3]]
 */
export function take<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  indices: IndexList | ChunkedArray,
  axis?: number | null,
): ChunkedArray<D> {
  checkArrays("take", x);
  if (axis === null || axis === undefined) return getSlice(ravel<D>(x), [indices]);
  const before = new Array<null>(checkAxis(axis, x.ndim)).fill(null);
  return getSlice(x, [...before, indices]) as ChunkedArray<D>;
}

/**
 * For every lane of `x` along `axis`, the elements at the positions in the same lane of `indices`.
 * With the result of `argsort`, it returns a sorted array.
 *
 * @param indices integers; as many axes as `x`, of equal lengths except along `axis`, default: or
 * of length 1
 * @param axis the last one
 * @returns the dtype of `x` in the shape of `indices`
 * @chunks those of `indices`, `x` gets one block along `axis`; one task per block, and those of the
 * rechunk
 * @throws ArgumentError `argument.shape` when the shapes do not fit, `argument.dtype` for positions
 * that are no integers, `argument.axis`. A position out of range fails when it is computed.
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.take_along_axis.html
 * @example
 * const x = asarray([[3, 1, 2], [6, 5, 4]]);
 * await takeAlongAxis(x, [[1], [2]], 1).compute(); // → [[1], [4]]
 */
export function takeAlongAxis<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  indices: IndexList | ChunkedArray,
  axis = -1,
): ChunkedArray<D, R> {
  checkArrays("takeAlongAxis", x);
  const along = checkAxis(axis, x.ndim);
  checkLengths("takeAlongAxis", x.chunks);
  const positions: ChunkedArray = isChunkedArray(indices)
    ? indices
    : x.derive(listedPositions(indices));
  const fits = positions.shape.every(
    (n, i) => i === along || n === x.shape[i] || n === 1 || x.shape[i] === 1,
  );
  if (positions.ndim !== x.ndim || !fits) {
    throw new ArgumentError(
      "shape",
      `positions of shape ${formatShape(positions.shape)} do not fit lanes along axis ${along} of ` +
        formatShape(x.shape),
      { shape: x.shape, indices: positions.shape },
    );
  }
  if (!isInteger(positions.dtype)) {
    throw new ArgumentError("dtype", `positions are integers, got ${positions.dtype}`);
  }
  const whole = (i: number) => [x.shape[i] as number];
  const labels = [...x.shape.keys()].filter((i) => i !== along);
  const stretched = (array: ChunkedArray): ChunkedArray => {
    const shape = array.shape.map((n, i) =>
      i === along || n !== 1 ? n : Math.max(x.shape[i] as number, positions.shape[i] as number),
    );
    return sameShape(shape, array.shape) ? array : broadcastTo(array, shape);
  };
  const arrays = [stretched(x), stretched(positions)] as const;
  const unified = unifyChunks(
    arrays.map(({ chunks }) => ({ chunks: labels.map((i) => chunks[i] ?? []), labels })),
  );
  const grid = (own: Chunks) => own.map((lengths, i) => unified.get(i) ?? lengths);
  const loopChunks = grid(arrays[1].chunks);
  const operands = [
    {
      node: rechunkNode(
        arrays[0].node,
        loopChunks.map((lengths, i) => (i === along ? whole(i) : lengths)),
      ),
      axes: loopChunks.map((_, i) => (i === along ? -1 : i)),
    },
    { node: rechunkNode(arrays[1].node, loopChunks), axes: [...loopChunks.keys()] },
  ];
  const routine = { name: "takeAlong", axis: along } as const;
  return x.derive(routineNode(routine, operands, { loopChunks }, x.dtype));
}

/**
 * The blocks of `x` at an index of its grid of blocks, joined. A single number keeps its axis.
 *
 * @param entries one for each axis, as in `slice`, counted in blocks
 * @returns the dtype of `x`
 * @chunks the chosen ones of `x`; no tasks
 * @throws ArgumentError `argument.index` when there is no such block, or for several lists
 * @see https://docs.dask.org/en/stable/generated/dask.array.Array.blocks.html
 * @example await blocks(arange(6, { chunks: 2 }), ["::-1"]).compute(); // → [4, 5, 2, 3, 0, 1]
 */
export function blocks<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  entries: readonly IndexEntry[],
): ChunkedArray<D, R> {
  checkArrays("blocks", x);
  checkList("blocks needs a list of indices", entries, "index");
  const { selection, newAxes, points, computed } = parseIndex(entries, x.numblocks);
  if (newAxes.length > 0 || computed !== undefined || (points?.axes.length ?? 0) > 1) {
    throw new ArgumentError(
      "index",
      "blocks takes numbers, slices and at most one list, no new axes or chunked arrays",
    );
  }
  return selection.reduce<ChunkedArray<D, R>>((result, taken, axis) => {
    const list = points?.axes.includes(axis) ? points.indices[0] : undefined;
    const numbers =
      list !== undefined
        ? Array.from(list, Number)
        : taken.type === "index"
          ? [taken.at]
          : Array.from({ length: taken.count }, (_, i) => taken.start + i * taken.step);
    return blocksAlong(result, numbers, axis);
  }, x);
}

/** Blocks along one axis, by their numbers. */
function blocksAlong<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  numbers: readonly number[],
  axis: number,
): ChunkedArray<D, R> {
  const offsets = blockOffsets(x.chunks[axis] as readonly number[]);
  const before = new Array<null>(axis).fill(null);
  const part = (start: number, stop: number) =>
    getSlice(x, [...before, { start, stop, step: 1 }]) as ChunkedArray<D> as ChunkedArray<D, R>;
  if (numbers.length === 0) return part(0, 0);
  const parts: ChunkedArray<D, R>[] = [];
  for (let i = 0; i < numbers.length; ) {
    const first = numbers[i] as number;
    let run = 1;
    while (numbers[i + run] === first + run) run++;
    parts.push(part(offsets[first] as number, offsets[first + run] as number));
    i += run;
  }
  return concatenate(parts, axis);
}

/** Positions that the caller holds; whole numbers count as integers. */
function listedPositions(list: IndexList): LayerNode {
  const values = readArrayData(list);
  const { data, dtype } = values;
  const isWhole = dtype === "float64" && Array.from<number | bigint>(data).every(Number.isInteger);
  return dataNode(values, isWhole ? { dtype: "int64" } : {});
}
