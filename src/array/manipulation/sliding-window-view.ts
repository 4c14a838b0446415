// Windows that slide along axes: runs of neighbours, each along an axis of its own.
import { type DType, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { blockOffsets } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import type { RankPlusOne } from "../layers/array-types.js";
import { checkList } from "../layers/check-arguments.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { takeRuns } from "../layers/take-runs.js";
import { concatenateParts } from "./concatenate.js";

/**
 * Runs of neighbours along axes, each along a new axis at the end.
 *
 * @param windowShape how long the runs are
 * @param axis along which axes, with repeats; default: all
 * @returns the dtype of `x`; shorter by the run less one along each axis, longer by the axes of
 * runs
 * @chunks those of `x`, which are cut smaller first where blocks would grow too much with the runs;
 * about two tasks per block. Reductions of the runs alone are in those of `x` again
 * @throws ArgumentError `argument.value` when a run is longer than its axis, `argument.axis`
 * @see https://docs.dask.org/en/stable/generated/dask.array.lib.stride_tricks.sliding_window_view.html
 * @example await slidingWindowView(arange(5), 3).compute(); // → [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
 */
export function slidingWindowView<
  D extends DType,
  R extends number,
  W extends number | readonly number[],
>(
  x: ChunkedArray<D, R>,
  windowShape: W,
  axis?: number | readonly number[] | null,
): ChunkedArray<D, W extends number ? RankPlusOne<R> : number> {
  checkArrays("slidingWindowView", x);
  const sizes: readonly number[] = typeof windowShape === "number" ? [windowShape] : windowShape;
  checkList("slidingWindowView needs a length of windows or a list of them", sizes);
  if (typeof axis !== "number" && axis !== null && axis !== undefined) {
    checkList("slidingWindowView needs an axis or a list of them", axis, "axis");
  }
  const axes = (typeof axis === "number" ? [axis] : (axis ?? [...x.shape.keys()])).map((a) =>
    checkAxis(a, x.ndim),
  );
  checkLengths("slidingWindowView", x.chunks);
  // An axis that occurs twice is shorter by the first windows when the second ones are made.
  const rest = [...x.shape];
  const fits = sizes.every((n, i) => {
    const axis = axes[i] ?? -1;
    rest[axis] = (rest[axis] ?? 0) - n + 1;
    return Number.isSafeInteger(n) && n >= 1 && rest[axis] >= 1;
  });
  if (sizes.length !== axes.length || !fits) {
    throw new ArgumentError(
      "value",
      `windows of ${formatShape(sizes)} do not fit axes ${JSON.stringify(axes)} of ${formatShape(x.shape)}`,
      { windowShape, axis },
    );
  }
  return axes.reduce<ChunkedArray>(
    (result, each, i) => windowsAlong(result, each, sizes[i] as number),
    x,
  ) as ChunkedArray as never;
}

/** Blocks of windows stay below this; reductions of windows are in the blocks of `x` again. */
const WINDOW_BYTES_MAX = 128 * 2 ** 20;

function windowsAlong(x: ChunkedArray, axis: number, size: number): ChunkedArray {
  const others = x.chunks.reduce(
    (n, own, i) => (i === axis ? n : n * own.reduce((most, length) => Math.max(most, length), 1)),
    itemBytes(x.dtype),
  );
  const most = Math.max(1, Math.floor(WINDOW_BYTES_MAX / (others * size)));
  const count = (x.shape[axis] as number) - size + 1;
  const lengths: number[] = [];
  let start = 0;
  for (const length of x.chunks[axis] as readonly number[]) {
    const end = Math.min(start + length, count);
    for (let at = start; at < end; at += most) lengths.push(Math.min(most, end - at));
    start += length;
  }
  const own = x.chunks.map((each, i) => (i === axis ? lengths : each));
  const axes = [...x.shape.keys()];
  const firsts = along(x, axis, 0, count);
  const beginnings = { node: rechunkNode(firsts.node, own), axes };
  const after = neighbours(x, firsts, axis, { starts: [...blockOffsets(lengths)].slice(1), size });
  // A slice has no blocks of length 0, which the other axes may have.
  const beside = own.with(axis, after?.chunks[axis] ?? []);
  const ends = after === undefined ? [] : [{ node: rechunkNode(after.node, beside), axes }];
  return x.derive(
    routineNode(
      { name: "window", axis, size },
      [beginnings, ...ends],
      { loopChunks: own, chunks: [...own, [size]] },
      x.dtype,
    ),
  );
}

/**
 * The neighbours after each block of windows, in a block each. Those that begin windows themselves
 * are taken of `firsts`, so that a formula or a file need not give them twice.
 */
function neighbours(
  x: ChunkedArray,
  firsts: ChunkedArray,
  axis: number,
  { starts, size }: { readonly starts: readonly number[]; readonly size: number },
): ChunkedArray | undefined {
  const length = size - 1;
  if (length === 0) return undefined;
  const count = firsts.shape[axis] as number;
  const inner = starts.filter((start) => start + length <= count);
  const outer = starts.slice(inner.length);
  const parts = [takeRuns(firsts.node, axis, inner, length)].flatMap((node) =>
    node === undefined ? [] : [x.derive(node)],
  );
  const rest = along(x, axis, count, count + length);
  // The last block of windows ends where the others begin.
  const isRest = outer.length === 1 && rest.chunks[axis]?.length === 1;
  parts.push(isRest ? rest : x.derive(takeRuns(x.node, axis, outer, length) as LayerNode));
  return concatenateParts(parts, axis);
}
